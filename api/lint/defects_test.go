package lint_test

// Paths that several gates use.
const (
	operation  = "/paths/*/*"
	success    = operation + "/responses/200"
	team       = "/components/parameters/TeamId"
	connector  = "/components/parameters/ConnectorIdentifier"
	retryAfter = "/components/headers/Retry-After"
	bearer     = "/components/securitySchemes/type=http"
	apiKey     = "/components/securitySchemes/type=apiKey"
	list       = "/components/schemas/ConnectorSecretList/properties/secrets"
	secret     = "/components/schemas/ConnectorSecret"
	secretName = secret + "/properties/secret_name"
	detail     = "/components/schemas/ErrorDetail"
)

// defects has edits with one mistake each, and the rule with which each linter finds it. An empty rule means that the linter
// does not find it.
var defects = []struct {
	name              string
	edit              edit
	spectral, redocly string
}{
	{"example of another type", set(team+"/example", "many"), "oas3-valid-media-example", "no-invalid-parameter-examples"},
	{"example breaks the pattern", set(connector+"/example", "T3/S70"), "oas3-valid-media-example", "no-invalid-parameter-examples"},
	{"header's example beyond its limits", set(retryAfter+"/example", -1), "oas3-valid-media-example", ""},
	{"error example breaks the pattern of its code", set(operation+"/responses/403/content/*/examples/*/value/error/code", "forbidden"), "oas3-valid-media-example", "no-invalid-media-type-examples"},
	{"error example lacks what is required", remove(operation + "/responses/401/content/*/examples/*/value/error/message"), "oas3-valid-media-example", "no-invalid-media-type-examples"},
	{"no operationId", remove(operation + "/operationId"), "operation-operationId", "operation-operationId"},
	{"no summary", remove(operation + "/summary"), "", "operation-summary"},
	{"undefined tag", set(operation+"/tags/0", "Undefined"), "operation-tag-defined", "operation-tag-defined"},
	{"undefined security scheme", rename(operation+"/security/*/ApiKeyAuth", "Undefined"), "oas3-operation-security-defined", "security-defined"},
	{"operation without security", remove(operation + "/security"), "owasp:api2:2023-read-restricted", "security-defined"},
	{"no credential as an alternative", add(operation+"/security/-", object(`{}`)), "", "rule/security-alternative"},
	{"HTTP scheme misspelled", set(bearer+"/scheme", "baerer"), "", "rule/http-scheme"},
	{"media type misspelled", rename(success+"/content/application~1json", "application/jsn"), "", "response-mime-type"},
	{"property without a type", remove(secretName + "/type"), "", "rule/schema-type"},
	{"property without a description", remove(secretName + "/description"), "", "rule/property-description"},
	{"header with an empty description", set("/components/headers/*/description", ""), "", "rule/header-description"},
	{"response with an empty description", set(success+"/description", ""), "", "rule/response-description"},
	{"version that is none", with("/info/version", prefix("v")), "", "rule/version"},
	{"API key in the query", edits(set(apiKey+"/in", "query"), set(apiKey+"/name", "api_key")), "owasp:api2:2023-no-api-keys-in-url", "rule/api-key-header"},
	{"password in place of a token", set(bearer+"/scheme", "basic"), "owasp:api2:2023-no-http-basic", "rule/http-scheme"},
	{"unused component", add("/components/schemas/Unused", object(`{"type": "object", "description": "Of no use."}`)), "oas3-unused-component", "no-unused-components"},
	{"reference to nothing", set("/components/schemas/ErrorEnvelope/properties/meta/$ref", "#/components/schemas/Nothing"), "invalid-ref", "no-unresolved-refs"},
	{"key of a status without quotes", rename(operation+"/responses/404", 404), "parser", ""},
	{"key twice", repeat(list + "/maxItems"), "parser", "parse"},
	{"misspelled keyword", rename("/components/schemas/ErrorMeta/properties/request_id/minLength", "minLenght"), "oas3-schema", "struct"},
	{"unknown type", set(list+"/type", "list"), "oas3-schema", "struct"},
	{"required property that is not there", add(secret+"/required/-", "nothing"), "oas3-valid-media-example", "no-required-schema-properties-undefined"},
	{"response without description", remove(success + "/description"), "oas3-schema", "struct"},
	{"script in a description", with(detail+"/description", prefix("<script>alert(1)</script> ")), "no-script-tags-in-markdown", "no-unsafe-markdown"},
	{"403 without the rate limit", remove(operation + "/responses/403/headers/X-RateLimit-Limit"), "", "response-contains-header"},
	{"429 without Retry-After", remove(operation + "/responses/429/headers/Retry-After"), "owasp:api4:2023-rate-limit-retry-after", "response-contains-header"},
	{"no 401", remove(operation + "/responses/401"), "owasp:api8:2023-define-error-responses-401", "no-unused-components"},
	{"no 500", remove(operation + "/responses/500"), "owasp:api8:2023-define-error-responses-500", "no-unused-components"},
	{"path parameter that is not declared", remove(operation + "/parameters/name=team_id"), "path-params", "path-parameters-defined"},
	{"path parameter that is not required", remove(team + "/required"), "path-params", ""},
	{"list without a limit", remove(list + "/maxItems"), "owasp:api4:2023-array-limit", ""},
	{"text without a limit", remove(detail + "/properties/description/maxLength"), "owasp:api4:2023-string-limit", ""},
	{"number without a format", remove(retryAfter + "/schema/format"), "owasp:api4:2023-integer-format", ""},
	{"server without encryption", set("/servers/*/url", "http://api.example.org"), "owasp:api8:2023-no-server-http", "rule/server-https"},
	{"no server", set("/servers", object(`[]`)), "oas3-api-servers", "no-empty-servers"},
	{"path with a slash at its end", renameWith("/paths/*", func(path string) string { return path + "/" }), "path-keys-no-trailing-slash", "no-path-trailing-slash"},
	{"no license", remove("/info/license"), "info-license", "info-license"},
	{"no contact", remove("/info/contact"), "info-contact", ""},
	{"contact without a URL", remove("/info/contact/url"), "contact-properties", ""},
	{"null without a type", edits(remove(secretName+"/type"), add(secretName+"/nullable", true)), "oas3-valid-media-example", "nullable-type-sibling"},
	{"unknown format of a number", set(team+"/schema/format", "int46"), "", "rule/number-format"},
	{"unknown format of a text", add(secretName+"/format", "uuidd"), "", "rule/string-format"},
	{"a text's limit on a number", add(team+"/schema/maxLength", 19), "", "rule/number-keywords"},
	{"a number's limit on a text", add(secretName+"/minimum", 1), "", "rule/string-keywords"},
	{"a text's limit on a list", add(list+"/maxLength", 100), "", "rule/array-keywords"},
	{"property with an empty description", set(secretName+"/description", ""), "", "rule/schema-description"},
	{"schema with a blank description", set(detail+"/description", " "), "", "rule/schema-description"},
	{"closed object", add(detail+"/additionalProperties", false), "", "rule/open-objects"},
	{"parameter in another style", add(team+"/style", "label"), "", "rule/parameter-style"},
	{"credential as a parameter", add(operation+"/parameters/-", object(`{"name": "authorization", "in": "header", "description": "The credential.", "schema": {"type": "string", "maxLength": 9}}`)), "", "rule/parameter-name"},
	{"range of statuses", rename(operation+"/responses/404", "4XX"), "", "rule/exact-status"},
	{"default response", rename(operation+"/responses/404", "default"), "", "rule/exact-status"},
	{"media type as a header", add(operation+"/responses/500/headers/Content-Type", object(`{"description": "The media type.", "schema": {"type": "string", "maxLength": 9}}`)), "", "rule/header-name"},
	{"request with a body", add(operation+"/requestBody", object(`{"content": {"application/json": {"schema": {"type": "object"}}}}`)), "", "rule/get-body"},
	{"version of OpenAPI that is none", set("/openapi", "3.0.9"), "", "rule/openapi-version"},
	{"no title", set("/info/title", ""), "", "rule/title"},
	{"license without a name", set("/info/license/name", " "), "", "rule/license-name"},
	{"API key in a header that is misspelled", set(apiKey+"/name", "Authorisation"), "", "rule/api-key-header"},
}

func prefix(start string) func(string) string {
	return func(text string) string { return start + text }
}
