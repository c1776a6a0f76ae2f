// What is tried out goes to the host of this page, never to the API itself.
if (settings.tryItOut) settings.document.servers = [{ url: "/", description: "This sandbox" }];

window.ui = SwaggerUIBundle({
  spec: settings.document,
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
  deepLinking: true,
  // A page to read is open; one to try things out begins as Swagger UI always does.
  docExpansion: settings.tryItOut ? "list" : "full",
  defaultModelsExpandDepth: 0,
  showExtensions: true,
  showCommonExtensions: true,
  supportedSubmitMethods: settings.tryItOut ? ["get"] : [],
  // Credentials stay in the page and end with it.
  persistAuthorization: false,
  // No other host is asked for an opinion of the document.
  validatorUrl: null,
});
