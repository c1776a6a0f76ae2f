// What is tried out goes to where this page is from, which may be below a path, and never to the API itself.
if (settings.tryItOut) {
  settings.document.servers = [{ url: location.pathname.replace(/\/docs\/?$/, "") || "/", description: "This sandbox" }];
}

window.ui = SwaggerUIBundle({
  spec: settings.document,
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
  deepLinking: true,
  // A page to read is open; one to try things out begins as Swagger UI always does.
  docExpansion: settings.tryItOut ? "list" : "full",
  defaultModelsExpandDepth: settings.tryItOut ? 0 : 4,
  defaultModelExpandDepth: settings.tryItOut ? 1 : 4,
  showCommonExtensions: true,
  supportedSubmitMethods: settings.tryItOut ? ["get"] : [],
  // Credentials stay in the page and end with it.
  persistAuthorization: false,
  // No other host is asked for an opinion of the document.
  validatorUrl: null,
  onComplete() {
    if (settings.tryItOut) return;
    for (const name of Object.keys(settings.document.components?.schemas ?? {})) {
      ui.layoutActions.show(["components", "schemas", name], true);
    }
  },
});
