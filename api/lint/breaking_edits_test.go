package lint_test

import "strings"

// breakingEdits has for each edit the check of oasdiff that fails, or "".
var breakingEdits = []struct {
	name string
	want string
	edit edit
}{
	{"429 removed", "response-non-success-status-removed", remove(operation + "/responses/429")},
	{"header removed", "optional-response-header-removed", remove(operation + "/responses/429/headers/Retry-After")},
	{"optional field removed", "response-optional-property-removed", remove(detail + "/properties/description")},
	{"operationId renamed", "api-operation-id-removed", with(operation+"/operationId", prefix("x"))},
	{"parameter's pattern tightened", "request-parameter-pattern-changed", set(connector+"/schema/pattern", "^[A-F]+$")},

	{"path changed", "api-path-removed-without-deprecation", renameWith("/paths/*", prefix("/x"))},
	{"method changed", "api-removed-without-deprecation", rename("/paths/*/get", "post")},
	{"base URL changed", "server-removed", set("/servers/0/url", "https://api.example.org")},
	{"tag renamed", "api-tag-removed", edits(set(operation+"/tags/0", "X"), set("/tags/0/name", "X"))},
	{"schema renamed", "api-schema-removed", edits(set("/components/schemas/ErrorEnvelope/properties/error/$ref", "#/components/schemas/X"), rename(detail, "X"))},

	{"path parameter renamed", "api-path-removed-without-deprecation", edits(set(team+"/name", "x"),
		renameWith("/paths/*", func(path string) string { return strings.Replace(path, "{team_id}", "{x}", 1) }))},
	{"required query parameter added", "new-required-request-parameter", add(operation+"/parameters/-", object(`{"name": "x", "in": "query", "required": true, "schema": {"type": "string"}}`))},
	{"required header parameter added", "new-required-request-parameter", add(operation+"/parameters/-", object(`{"name": "X", "in": "header", "required": true, "schema": {"type": "string"}}`))},
	{"parameter's length lowered", "request-parameter-max-length-decreased", lower(connector + "/schema/maxLength")},
	{"parameter's minimum raised", "request-parameter-min-increased", raise(team + "/schema/minimum")},
	{"parameter's format narrowed", "request-parameter-type-changed", set(team+"/schema/format", "int32")},
	{"parameter's type widened", "request-parameter-type-generalized", set(team+"/schema", object(`{"type": "string"}`))},
	{"required body added", "request-body-added-required", add(operation+"/requestBody", object(`{"required": true, "content": {"application/json": {"schema": {"type": "object"}}}}`))},

	{"security alternative removed", "api-security-removed", remove(operation + "/security/1")},
	{"both credentials demanded", "api-security-removed", set(operation+"/security", object(`[{"BearerAuth": [], "ApiKeyAuth": []}]`))},
	{"security removed", "api-security-anonymous-access-added", remove(operation + "/security")},
	{"security scheme renamed", "api-security-removed", edits(rename(operation+"/security/*/ApiKeyAuth", "X"), rename("/components/securitySchemes/ApiKeyAuth", "X"))},
	{"security scheme's type", "api-security-component-type-changed", set(bearer, object(`{"type": "apiKey", "in": "header", "name": "Authorization"}`))},
	{"security scheme's header", "api-security-component-api-key-name-changed", set(apiKey+"/name", "X-Api-Key")},
	{"security scheme's place", "api-security-component-api-key-in-changed api-security-component-api-key-name-changed", set(apiKey+"/in", "query")},
	{"HTTP scheme", "api-security-component-http-scheme-changed", set(bearer+"/scheme", "basic")},

	{"200 became 202", "response-success-status-added response-success-status-removed", rename(success, "202")},
	{"204 added", "response-success-status-added", add(operation+"/responses/204", object(`{"description": "No secrets."}`))},
	{"media type replaced", "response-media-type-removed", rename(success+"/content/application~1json", "application/xml")},
	{"media type specialized", "response-media-type-name-specialized", rename(success+"/content/application~1json", "application/vnd.api+json")},
	{"field renamed", "response-required-property-removed", edits(set(secret+"/required/=secret_placeholder", "x"), rename(secret+"/properties/secret_placeholder", "x"))},
	{"field became optional", "response-property-became-optional", remove(secret + "/required/=secret_name")},
	{"field became nullable", "response-property-became-nullable", add(secretName+"/nullable", true)},
	{"field's length raised", "response-property-max-length-increased", raise(secretName + "/maxLength")},
	{"field's format added", "response-property-type-specialized", add(secretName+"/format", "uuid")},
	{"field's format widened", "response-property-type-changed", set("/components/schemas/ConnectorSecretList/properties/count/format", "int64")},
	{"field's pattern widened", "response-property-pattern-changed", set(detail+"/properties/code/pattern", "^.*$")},
	{"field's values closed", "response-property-became-enum", rename(detail+"/properties/code/x-extensible-enum", "enum")},
	{"list made longer", "response-property-max-items-increased", raise(list + "/maxItems")},
	{"header's type changed", "response-header-max-unset response-header-min-unset response-header-type-changed", set(retryAfter+"/schema", object(`{"type": "string"}`))},
	{"header's maximum raised", "response-header-max-increased", raise(retryAfter + "/schema/maximum")},

	{"optional field added", "", add(secret+"/properties/x", object(`{"type": "string", "description": "New."}`))},
	{"error status added", "", add(operation+"/responses/418", object(`{"description": "New."}`))},
	{"response header added", "", add(operation+"/responses/500/headers/X-New", object(`{"description": "New.", "schema": {"type": "string"}}`))},
	{"description edited", "", with(secretName+"/description", prefix("New. "))},
	{"summary edited", "", with(operation+"/summary", prefix("New. "))},
	{"example added", "", add(success+"/content/*/examples/x", object(`{"value": {"count": 0, "secrets": []}}`))},
	{"value added to an open set", "", add(detail+"/properties/code/x-extensible-enum/-", "X")},
	{"optional query parameter added", "", add(operation+"/parameters/-", object(`{"name": "x", "in": "query", "schema": {"type": "string"}}`))},
	{"tag added", "", add(operation+"/tags/-", "X")},
	{"operation added", "", add("/paths/~1x", object(`{"get": {"operationId": "x", "responses": {"200": {"description": "New."}}}}`))},
	{"schema added", "", add("/components/schemas/X", object(`{"type": "object"}`))},
	{"parameter's length raised", "", raise(connector + "/schema/maxLength")},
	{"field became required", "", add(detail+"/required/-", "description")},
	{"field's length lowered", "", lower(secretName + "/maxLength")},
	{"version raised", "", with("/info/version", prefix("9"))},
	{"server added", "", add("/servers/-", object(`{"url": "https://eu.example.org"}`))},
	{"credential added as an alternative", "", edits(add(operation+"/security/-", object(`{"X": []}`)), add("/components/securitySchemes/X", object(`{"type": "http", "scheme": "basic"}`)))},
	{"parameters moved to the path", "", lift(operation, "parameters")},
	{"nothing edited", "", nil},
}

// baseEdits are the edits of TestBreaking_Base.
var baseEdits = map[string]edit{
	"operation renamed":     with(operation+"/operationId", prefix("x")),
	"list made longer":      raise(list + "/maxItems"),
	"security scheme added": add("/components/securitySchemes/X", object(`{"type": "openIdConnect", "openIdConnectUrl": "https://a.example.org"}`)),
	"security scheme moved": add("/components/securitySchemes/X", object(`{"type": "openIdConnect", "openIdConnectUrl": "https://b.example.org"}`)),
	"description edited":    with(detail+"/description", prefix("New. ")),
	"open set edited":       set(detail+"/properties/code/x-extensible-enum/0", "X"),
}
