// Requests go to the host and path that this page came from, and never to the API itself.
const trial = settings.tryItOut;
if (trial) {
  settings.document.servers = [{ url: location.pathname.replace(/\/docs\/?$/, "") || "/", description: "This sandbox" }];
  fillIn(settings.document);
}

// A parameter with a value gets it as its example, because Swagger UI fills examples in.
function fillIn(part) {
  if (typeof part !== "object" || part === null) return;
  if (part.in && part.schema && Object.hasOwn(trial.parameters ?? {}, part.name)) part.example = trial.parameters[part.name];
  Object.values(part).forEach(fillIn);
}

window.ui = SwaggerUIBundle({
  spec: settings.document,
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
  deepLinking: true,
  docExpansion: "full",
  defaultModelsExpandDepth: trial ? 0 : 4,
  defaultModelExpandDepth: trial ? 1 : 4,
  showCommonExtensions: true,
  supportedSubmitMethods: trial ? ["get"] : [],
  tryItOutEnabled: Boolean(trial),
  // Credentials are not stored.
  persistAuthorization: false,
  // No other host validates the document.
  validatorUrl: null,
  onComplete() {
    const components = settings.document.components ?? {};
    if (!trial) {
      for (const name of Object.keys(components.schemas ?? {})) ui.layoutActions.show(["components", "schemas", name], true);
      return;
    }
    document.querySelector(".jump").onclick = (event) => {
      event.preventDefault();
      document.querySelector(".opblock").scrollIntoView({ behavior: "smooth" });
    };
    const [bearer] = Object.entries(components.securitySchemes ?? {}).find(([, scheme]) => scheme.scheme === "bearer") ?? [];
    if (bearer && trial.token) ui.preauthorizeApiKey(bearer, trial.token);
  },
});
