// What is tried out goes to the host of this page, never to the API itself.
if (settings.tryItOut) settings.document.servers = [{ url: "/", description: "This sandbox" }];

SwaggerUIBundle({
  spec: settings.document,
  dom_id: "#reference",
  presets: [SwaggerUIBundle.presets.apis],
  docExpansion: "full",
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: settings.tryItOut,
  supportedSubmitMethods: settings.tryItOut ? ["get"] : [],
  // Credentials stay in the page and end with it.
  persistAuthorization: false,
  // No other host is asked for an opinion of the document.
  validatorUrl: null,
});
