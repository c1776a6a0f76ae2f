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
		text: "version: 1.0.0", replacement: "version: newest",
		redocly: "rule/version",
	},
	{
		name: "API key in the query",
		text: "in: header\n      name: Authorization", replacement: "in: query\n      name: api_key",
		spectral: "owasp:api2:2023-no-api-keys-in-url",
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
}
