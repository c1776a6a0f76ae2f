const trial = settings.tryItOut;
document.title = settings.document.info.title;
document.body.classList.toggle("read-only", !trial);
if (trial) {
  showLists();
  // Requests go to the host and path that this page came from, and never to the API itself.
  settings.document.servers = [{ url: location.pathname.replace(/\/docs\/?$/, "") || "/", description: "This sandbox" }];
  fillIn(settings.document);
}

// A parameter with a value gets it as its example, because Swagger UI fills examples in.
function fillIn(part) {
  if (typeof part !== "object" || part === null) return;
  if (part.in && part.schema && Object.hasOwn(trial.parameters, part.name)) part.example = trial.parameters[part.name];
  Object.values(part).forEach(fillIn);
}

// The lists are short: of a long one, the first items and the number of the others.
function few(items, more) {
  return items.length <= 20 ? items : [...items.slice(0, 20), more(`and ${items.length - 20} more`)];
}

function showLists() {
  const add = (to, tag, text) => to.appendChild(Object.assign(document.createElement(tag), { textContent: text }));
  const lists = add(document.querySelector(".about"), "div", "");
  lists.className = "lists";
  for (const list of trial.lists) {
    const section = add(lists, "section", "");
    add(section, "h2", list.title);
    const items = add(section, "ul", "");
    for (const { value, text } of few(list.items ?? [], (more) => ({ value: more, text: "" }))) {
      const item = add(items, "li", "");
      add(item, "code", value);
      // A box for each word, so that the browser does not break it at a hyphen.
      for (const word of few(text.trim().split(" "), (more) => more)) item.append(" ", add(item, "span", word));
    }
  }
}

// This plugin of Swagger UI shows the code samples of an operation above its responses, and the description of a tag, which is
// long, below its operations.
function order({ React: { Fragment, createElement, useState }, getComponent }) {
  function Samples({ samples }) {
    const [chosen, choose] = useState(0);
    const tab = ({ label }, index) =>
      createElement("li", { key: label, role: "presentation", className: index === chosen ? "tabitem active" : "tabitem" },
        createElement("button", { role: "tab", className: "tablinks", "aria-selected": index === chosen, onClick: () => choose(index) }, label));
    const language = samples[chosen].lang.toLowerCase().replace("shell", "bash");
    return createElement("div", { className: "samples" },
      createElement("div", { className: "opblock-section-header" }, createElement("h4", null, "Code samples")),
      createElement("div", { className: "responses-inner" },
        createElement("ul", { className: "tab", role: "tablist" }, samples.map(tab)),
        createElement(getComponent("HighlightCode", true), { className: "microlight", language, canCopy: true }, samples[chosen].source)));
  }
  return {
    wrapComponents: {
      responses: (Responses) => (props) => {
        const samples = settings.document.paths[props.path][props.method]["x-codeSamples"];
        return createElement(Fragment, null, samples && createElement(Samples, { samples }), createElement(Responses, props));
      },
      OperationTag: (OperationTag) => (props) => {
        const place = ["tagDetails", "description"];
        return createElement(Fragment, null,
          createElement(OperationTag, { ...props, tagObj: props.tagObj.deleteIn(place) }),
          createElement("section", { className: "advice" },
            createElement(getComponent("Markdown", true), { source: props.tagObj.getIn(place, "") })));
      },
    },
  };
}

window.ui = SwaggerUIBundle({
  spec: settings.document,
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [order],
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
    const [bearer] = Object.entries(components.securitySchemes ?? {}).find(([, scheme]) => scheme.scheme === "bearer") ?? [];
    if (bearer && trial.token) ui.preauthorizeApiKey(bearer, trial.token);
  },
});
