//go:build gate

package lint_test

// defect is one mistake in the document, made by replacing the one place that has the text, and the rule by which each
// linter finds it; no rule means that this linter finds nothing.
type defect struct {
	name, text, replacement string
	spectral, redocly       string
}

func (d defect) by() string {
	switch {
	case d.spectral != "" && d.redocly != "":
		return "both"
	case d.spectral != "":
		return "Spectral"
	case d.redocly != "":
		return "Redocly"
	default:
		return "nobody"
	}
}

var defects = []defect{
	{
		name: "example of another type",
		text: "example: 936506", replacement: "example: many",
		spectral: "oas3-valid-media-example", redocly: "no-invalid-parameter-examples",
	},
	{
		name: "example breaks the pattern",
		text: "example: T3S70", replacement: "example: T3/S70",
		spectral: "oas3-valid-media-example", redocly: "no-invalid-parameter-examples",
	},
	{
		name: "header's example beyond its limits",
		text: "example: 3600", replacement: "example: 0",
		spectral: "oas3-valid-media-example",
	},
	{
		name: "error example breaks the pattern of its code",
		text: "code: FORBIDDEN", replacement: "code: forbidden",
		spectral: "oas3-valid-media-example", redocly: "no-invalid-media-type-examples",
	},
	{
		name:     "error example lacks what is required",
		text:     "          message: Authentication is required.\n",
		spectral: "oas3-valid-media-example", redocly: "no-invalid-media-type-examples",
	},
	{
		name:     "no operationId",
		text:     "      operationId: listConnectorSecrets\n",
		spectral: "operation-operationId", redocly: "operation-operationId",
	},
	{
		name:    "no summary",
		text:    "      summary: List connector secrets\n",
		redocly: "operation-summary",
	},
	{
		name: "undefined tag",
		text: "        - Connector Secrets\n", replacement: "        - Secrets\n",
		spectral: "operation-tag-defined", redocly: "operation-tag-defined",
	},
	{
		name: "undefined security scheme",
		text: "        - ApiKeyAuth: []", replacement: "        - KeyAuth: []",
		spectral: "oas3-operation-security-defined", redocly: "security-defined",
	},
	{
		name:     "operation without security",
		text:     "      security:\n        - BearerAuth: []\n        - ApiKeyAuth: []\n",
		spectral: "owasp:api2:2023-read-restricted", redocly: "security-defined",
	},
	{
		name: "no credential as an alternative",
		text: "        - ApiKeyAuth: []\n", replacement: "        - ApiKeyAuth: []\n        - {}\n",
		redocly: "rule/security-alternative",
	},
	{
		name: "HTTP scheme misspelled",
		text: "scheme: bearer\n", replacement: "scheme: baerer\n",
		redocly: "rule/http-scheme",
	},
	{
		name: "media type misspelled",
		text: "200':\n          description: All secrets of the connector, without their values.\n          content:\n            application/json:", replacement: "200':\n          description: All secrets of the connector, without their values.\n          content:\n            application/jsn:",
		redocly: "response-mime-type",
	},
	{
		name:        "property without a type",
		text:        "          type: string\n          maxLength: 255\n          description: Human",
		replacement: "          maxLength: 255\n          description: Human",
		redocly:     "rule/schema-type",
	},
	{
		name:    "property without a description",
		text:    "          description: Human-readable name of the secret.\n",
		redocly: "rule/property-description",
	},
	{
		name: "header with an empty description",
		text: "description: How many requests an hour are allowed.", replacement: "description: ''",
		redocly: "rule/header-description",
	},
	{
		name: "answer with an empty description",
		text: "description: All secrets of the connector, without their values.", replacement: "description: ''",
		redocly: "rule/response-description",
	},
	{
		name: "version that is none",
		text: "\n  version: ", replacement: "\n  version: v",
		redocly: "rule/version",
	},
	{
		name: "API key in the query",
		text: "in: header\n      name: Authorization", replacement: "in: query\n      name: api_key",
		spectral: "owasp:api2:2023-no-api-keys-in-url", redocly: "rule/api-key-header",
	},
	{
		name: "password in place of a token",
		text: "scheme: bearer\n      bearerFormat: otok", replacement: "scheme: basic",
		spectral: "owasp:api2:2023-no-http-basic", redocly: "rule/http-scheme",
	},
	{
		name: "unused component",
		text: "    ErrorMeta:\n", replacement: "    Unused:\n      type: object\n      description: Of no use.\n\n    ErrorMeta:\n",
		spectral: "oas3-unused-component", redocly: "no-unused-components",
	},
	{
		name: "reference to nothing",
		text: "'#/components/schemas/ErrorMeta'", replacement: "'#/components/schemas/Meta'",
		spectral: "invalid-ref", redocly: "no-unresolved-refs",
	},
	{
		name: "key of a status without quotes",
		text: "'404':", replacement: "404:",
		spectral: "parser",
	},
	{
		name: "key twice",
		text: "          maxItems: 100\n", replacement: "          maxItems: 100\n          maxItems: 100\n",
		spectral: "parser", redocly: "parse",
	},
	{
		name: "misspelled keyword",
		text: "minLength: 8", replacement: "minLenght: 8",
		spectral: "oas3-schema", redocly: "struct",
	},
	{
		name: "unknown type",
		text: "          type: array\n", replacement: "          type: list\n",
		spectral: "oas3-schema", redocly: "struct",
	},
	{
		name: "required property that is not there",
		text: "        - secret_name\n", replacement: "        - secret_value\n",
		spectral: "oas3-valid-media-example", redocly: "no-required-schema-properties-undefined",
	},
	{
		name:     "answer without description",
		text:     "          description: All secrets of the connector, without their values.\n",
		spectral: "oas3-schema", redocly: "struct",
	},
	{
		name: "script in a description",
		text: "description: What went wrong.", replacement: "description: What <script>alert(1)</script> went wrong.",
		spectral: "no-script-tags-in-markdown", redocly: "no-unsafe-markdown",
	},
	{
		name:        "403 without the rate limit",
		text:        "or the team is another one's. Do not repeat the request.\n      headers:\n        X-RateLimit-Limit:\n          $ref: '#/components/headers/X-RateLimit-Limit'\n",
		replacement: "or the team is another one's. Do not repeat the request.\n      headers:\n",
		redocly:     "response-contains-header",
	},
	{
		name:     "429 without Retry-After",
		text:     "        Retry-After:\n          $ref: '#/components/headers/Retry-After'\n",
		spectral: "owasp:api4:2023-rate-limit-retry-after", redocly: "response-contains-header",
	},
	{
		name:     "no 401",
		text:     "        '401':\n          $ref: '#/components/responses/Unauthorized'\n",
		spectral: "owasp:api8:2023-define-error-responses-401", redocly: "no-unused-components",
	},
	{
		name:     "no 500",
		text:     "        '500':\n          $ref: '#/components/responses/InternalServerError'\n",
		spectral: "owasp:api8:2023-define-error-responses-500", redocly: "no-unused-components",
	},
	{
		name:     "path parameter that is not declared",
		text:     "        - $ref: '#/components/parameters/TeamId'\n",
		spectral: "path-params", redocly: "path-parameters-defined",
	},
	{
		name: "path parameter that is not required",
		text: "      name: team_id\n      in: path\n      required: true\n", replacement: "      name: team_id\n      in: path\n",
		spectral: "path-params",
	},
	{
		name:     "list without a limit",
		text:     "          maxItems: 100\n",
		spectral: "owasp:api4:2023-array-limit",
	},
	{
		name:     "text without a limit",
		text:     "          maxLength: 2048\n",
		spectral: "owasp:api4:2023-string-limit",
	},
	{
		name: "number without a format",
		text: "      schema:\n        type: integer\n        format: int32\n        minimum: 1\n        maximum: 86400\n", replacement: "      schema:\n        type: integer\n        minimum: 1\n        maximum: 86400\n",
		spectral: "owasp:api4:2023-integer-format",
	},
	{
		name: "server without encryption",
		text: "url: https://api.supermetrics.com", replacement: "url: http://api.supermetrics.com",
		spectral: "owasp:api8:2023-no-server-http", redocly: "rule/server-https",
	},
	{
		name: "no server",
		text: "  - url: https://api.supermetrics.com\n    description: Production\n    x-internal: false\n", replacement: "  []\n",
		spectral: "oas3-api-servers", redocly: "no-empty-servers",
	},
	{
		name: "path with a slash at its end",
		text: "/secrets:\n", replacement: "/secrets/:\n",
		spectral: "path-keys-no-trailing-slash", redocly: "no-path-trailing-slash",
	},
	{
		name:     "no license",
		text:     "  license:\n    name: Apache-2.0\n    url: https://www.apache.org/licenses/LICENSE-2.0.html\n",
		spectral: "info-license", redocly: "info-license",
	},
	{
		name:     "no contact",
		text:     "  contact:\n    name: connectorsecrets maintainers\n    url: https://github.com/connectorsecrets/connectorsecrets-go\n",
		spectral: "info-contact",
	},
	{
		name:     "contact without a URL",
		text:     "    url: https://github.com/connectorsecrets/connectorsecrets-go\n",
		spectral: "contact-properties",
	},
	{
		name: "null without a type",
		text: "          type: string\n          maxLength: 255\n          description: Human", replacement: "          nullable: true\n          maxLength: 255\n          description: Human",
		spectral: "oas3-valid-media-example", redocly: "nullable-type-sibling",
	},
	{
		name: "unknown format of a number",
		text: "format: int64", replacement: "format: int46",
		redocly: "rule/number-format",
	},
	{
		name: "unknown format of a text",
		text: "          maxLength: 255\n          description: Human", replacement: "          format: uuidd\n          maxLength: 255\n          description: Human",
		redocly: "rule/string-format",
	},
	{
		name: "a text's limit on a number",
		text: "        format: int64\n", replacement: "        format: int64\n        maxLength: 19\n",
		redocly: "rule/number-keywords",
	},
	{
		name: "a number's limit on a text",
		text: "          maxLength: 255\n          description: Human", replacement: "          minimum: 1\n          maxLength: 255\n          description: Human",
		redocly: "rule/string-keywords",
	},
	{
		name: "a text's limit on a list",
		text: "          maxItems: 100\n", replacement: "          maxItems: 100\n          maxLength: 100\n",
		redocly: "rule/array-keywords",
	},
	{
		name: "property with an empty description",
		text: "description: Human-readable name of the secret.", replacement: "description: ''",
		redocly: "rule/schema-description",
	},
	{
		name: "schema with a blank description",
		text: "description: What went wrong.", replacement: "description: ' '",
		redocly: "rule/schema-description",
	},
	{
		name: "closed object",
		text: "description: What went wrong.\n", replacement: "description: What went wrong.\n      additionalProperties: false\n",
		redocly: "rule/open-objects",
	},
	{
		name: "parameter in another style",
		text: "      name: team_id\n", replacement: "      name: team_id\n      style: label\n",
		redocly: "rule/parameter-style",
	},
	{
		name: "credential as a parameter",
		text: "        - $ref: '#/components/parameters/ConnectorIdentifier'\n", replacement: "        - $ref: '#/components/parameters/ConnectorIdentifier'\n        - { name: authorization, in: header, description: The credential., schema: { type: string, maxLength: 9 } }\n",
		redocly: "rule/parameter-name",
	},
	{
		name: "media type as a header",
		text: "      headers:\n        Access-Control-Allow-Origin:\n", replacement: "      headers:\n        Content-Type: { description: The media type., schema: { type: string, maxLength: 9 } }\n        Access-Control-Allow-Origin:\n",
		redocly: "rule/header-name",
	},
	{
		name: "request with a body",
		text: "      security:\n        - BearerAuth", replacement: "      requestBody: { content: { application/json: { schema: { type: object } } } }\n      security:\n        - BearerAuth",
		redocly: "rule/get-body",
	},
	{
		name: "version of OpenAPI that is none",
		text: "openapi: 3.0.3", replacement: "openapi: 3.0.9",
		redocly: "rule/openapi-version",
	},
	{
		name: "no title",
		text: "title: Supermetrics Connector Secrets API", replacement: "title: ''",
		redocly: "rule/title",
	},
	{
		name: "license without a name",
		text: "name: Apache-2.0", replacement: "name: ' '",
		redocly: "rule/license-name",
	},
	{
		name: "API key in a header that is misspelled",
		text: "in: header\n      name: Authorization", replacement: "in: header\n      name: Authorisation",
		redocly: "rule/api-key-header",
	},
}
