//go:build gate

package lint_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Pieces of the document that several edits begin at.
const (
	breakingOK      = "        '200':\n          description: All secrets of the connector, without their values.\n          content:\n            application/json:"
	breakingParam   = "        - $ref: '#/components/parameters/ConnectorIdentifier'\n"
	breakingPattern = "        maxLength: 100\n        pattern: '^[A-Za-z0-9_-]+$'\n"
	breakingTeam    = "        minimum: 1\n      example: 936506\n"
	breakingName    = "          maxLength: 255\n          description: Human-readable"
	breakingTag     = "      tags:\n        - Connector Secrets\n"
	breakingKey     = "        - ApiKeyAuth: []\n"
	breakingCount   = "          format: int32\n          minimum: 0\n          description: |-\n            Number"
	breakingScheme  = "    ErrorEnvelope:\n"
)

// Each edit turns the first text into the second, which stands in the document exactly once.
var breakingEdits = []struct {
	name  string
	want  string // the checks that fail, if any
	edits []string
}{
	{"429 removed", "response-non-success-status-removed", []string{"        '429':\n          $ref: '#/components/responses/TooManyRequests'\n", ""}},
	{"header removed", "optional-response-header-removed", []string{"        Retry-After:\n          $ref: '#/components/headers/Retry-After'\n", ""}},
	{"optional field removed", "response-optional-property-removed", []string{"        description:\n          type: string\n          maxLength: 2048\n          description: A longer explanation of this occurrence, where there is one.\n          example: Team 936506 has no connector with the identifier T3S70.\n", ""}},
	{"operationId renamed", "api-operation-id-removed", []string{"listConnectorSecrets", "listSecrets"}},
	{"parameter's pattern tightened", "request-parameter-pattern-changed", []string{breakingPattern, "        maxLength: 100\n        pattern: '^[A-Z0-9]+$'\n"}},

	{"path changed", "api-path-removed-without-deprecation", []string{"  /v1/teams/", "  /v2/teams/"}},
	{"method changed", "api-removed-without-deprecation", []string{"/secrets:\n    get:", "/secrets:\n    post:"}},
	{"base URL changed", "server-removed", []string{"- url: https://api.supermetrics.com\n", "- url: https://api.example.com\n"}},
	{"tag renamed", "api-tag-removed", []string{breakingTag, "      tags:\n        - Secrets\n", "  - name: Connector Secrets\n", "  - name: Secrets\n"}},
	{"schema renamed", "api-schema-removed", []string{"    ErrorDetail:\n", "    ErrorBody:\n", "schemas/ErrorDetail'", "schemas/ErrorBody'"}},

	{"path parameter renamed", "api-path-removed-without-deprecation", []string{"name: team_id", "name: team", "{team_id}", "{team}"}},
	{"required query parameter added", "new-required-request-parameter", []string{breakingParam, breakingParam + "        - {name: region, in: query, required: true, schema: {type: string}}\n"}},
	{"required header parameter added", "new-required-request-parameter", []string{breakingParam, breakingParam + "        - {name: X-Region, in: header, required: true, schema: {type: string}}\n"}},
	{"parameter's length lowered", "request-parameter-max-length-decreased", []string{breakingPattern, strings.Replace(breakingPattern, "100", "50", 1)}},
	{"parameter's minimum raised", "request-parameter-min-increased", []string{breakingTeam, strings.Replace(breakingTeam, "1", "1000", 1)}},
	{"parameter's format narrowed", "request-parameter-type-changed", []string{"format: int64", "format: int32"}},
	{"parameter's type widened", "request-parameter-type-generalized", []string{"        type: integer\n        format: int64\n        minimum: 1\n", "        type: string\n"}},
	{"required body added", "request-body-added-required", []string{"      parameters:\n        - $ref", "      requestBody: {required: true, content: {application/json: {schema: {type: object}}}}\n      parameters:\n        - $ref"}},

	{"security alternative removed", "api-security-removed", []string{breakingKey, ""}},
	{"both credentials demanded", "api-security-removed", []string{breakingKey, "          ApiKeyAuth: []\n"}},
	{"security removed", "api-security-anonymous-access-added", []string{"      security:\n        - BearerAuth: []\n" + breakingKey, ""}},
	{"security scheme renamed", "api-security-removed", []string{breakingKey, "        - KeyAuth: []\n", "    ApiKeyAuth:\n", "    KeyAuth:\n"}},
	{"security scheme's type", "api-security-component-type-changed", []string{"type: http\n      scheme: bearer\n      bearerFormat: otok\n", "type: apiKey\n      in: header\n      name: Authorization\n"}},
	{"security scheme's header", "api-security-component-api-key-name-changed", []string{"name: Authorization\n", "name: X-Api-Key\n"}},
	{"security scheme's place", "api-security-component-api-key-in-changed api-security-component-api-key-name-changed", []string{"in: header\n      name: Auth", "in: query\n      name: Auth"}},
	{"HTTP scheme", "api-security-component-http-scheme-changed", []string{"scheme: bearer\n", "scheme: basic\n"}},

	{"200 became 202", "response-success-status-added response-success-status-removed", []string{"        '200':\n", "        '202':\n"}},
	{"204 added", "response-success-status-added", []string{"        '401':\n", "        '204': {description: No secrets.}\n        '401':\n"}},
	{"media type replaced", "response-media-type-removed", []string{breakingOK, strings.Replace(breakingOK, "json", "xml", 1)}},
	{"media type specialized", "response-media-type-name-specialized", []string{breakingOK, strings.Replace(breakingOK, "json", "vnd.api+json", 1)}},
	{"field renamed", "response-required-property-removed", []string{"        - secret_placeholder\n", "        - placeholder\n", "        secret_placeholder:\n", "        placeholder:\n"}},
	{"field became optional", "response-property-became-optional", []string{"        - secret_name\n", ""}},
	{"field became nullable", "response-property-became-nullable", []string{breakingName, "          nullable: true\n" + breakingName}},
	{"field's length raised", "response-property-max-length-increased", []string{breakingName, strings.Replace(breakingName, "255", "500", 1)}},
	{"field's format added", "response-property-type-specialized", []string{breakingName, "          format: uuid\n" + breakingName}},
	{"field's format widened", "response-property-type-changed", []string{breakingCount, strings.Replace(breakingCount, "int32", "int64", 1)}},
	{"field's pattern widened", "response-property-pattern-changed", []string{"'^[A-Z][A-Z0-9_]*$'", "'^[A-Za-z0-9_]*$'"}},
	{"field's values closed", "response-property-became-enum", []string{"          x-extensible-enum:\n", "          enum:\n"}},
	{"list made longer", "response-property-max-items-increased", []string{"maxItems: 100", "maxItems: 1000"}},
	{"header's type changed", "response-header-max-unset response-header-min-unset response-header-type-changed", []string{"        type: integer\n        format: int32\n        minimum: 1\n        maximum: 86400\n", "        type: string\n"}},
	{"header's maximum raised", "response-header-max-increased", []string{"maximum: 86400", "maximum: 864000"}},

	{"optional field added", "", []string{breakingScheme, "        created_at:\n          type: string\n          description: When it was made.\n\n" + breakingScheme}},
	{"error status added", "", []string{"        '500':\n", "        '503':\n          $ref: '#/components/responses/InternalServerError'\n        '500':\n"}},
	{"response header added", "", []string{"      headers:\n        Access-Control-Allow-Origin:", "      headers:\n        Retry-After:\n          $ref: '#/components/headers/Retry-After'\n        Access-Control-Allow-Origin:"}},
	{"description edited", "", []string{"Human-readable name of the secret.", "The secret's name."}},
	{"summary edited", "", []string{"summary: List connector secrets", "summary: List a connector's secrets"}},
	{"example added", "", []string{"                none:\n", "                more:\n                  value: {count: 0, secrets: []}\n                none:\n"}},
	{"value added to an open set", "", []string{"            - DUPLICATION_FAILED\n", "            - DUPLICATION_FAILED\n            - LOCKED\n"}},
	{"optional query parameter added", "", []string{breakingParam, breakingParam + "        - {name: region, in: query, schema: {type: string}}\n"}},
	{"tag added", "", []string{breakingTag, breakingTag + "        - Secrets\n"}},
	{"operation added", "", []string{"components:\n  securitySchemes:", "  /v1/health:\n    get:\n      operationId: health\n      responses:\n        '200': {description: Well.}\n\ncomponents:\n  securitySchemes:"}},
	{"schema added", "", []string{breakingScheme, "    Extra:\n      type: object\n\n" + breakingScheme}},
	{"parameter's length raised", "", []string{breakingPattern, strings.Replace(breakingPattern, "100", "200", 1)}},
	{"field became required", "", []string{"        - message\n", "        - message\n        - description\n"}},
	{"field's length lowered", "", []string{breakingName, strings.Replace(breakingName, "255", "200", 1)}},
	{"version raised", "", []string{"\n  version: ", "\n  version: 9"}},
	{"server added", "", []string{"    x-internal: false\n", "    x-internal: false\n  - url: https://eu.example.com\n"}},
	{"credential added as an alternative", "", []string{breakingKey, breakingKey + "        - Basic: []\n", "    ApiKeyAuth:\n", "    Basic: {type: http, scheme: basic}\n    ApiKeyAuth:\n"}},
	{"parameters moved to the path", "", []string{"      parameters:\n        - $ref: '#/components/parameters/TeamId'\n" + breakingParam, "", "/secrets:\n", "/secrets:\n    parameters:\n      - $ref: '#/components/parameters/TeamId'\n      - $ref: '#/components/parameters/ConnectorIdentifier'\n"}},
	{"nothing edited", "", nil},
}

func TestBreaking_EachEdit(t *testing.T) {
	dir := breakingRepository(t)
	finding := regexp.MustCompile(`(?m)^(?:error|warning)\t\[([a-z0-9-]+)\]`)
	for _, test := range breakingEdits {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := breakingMake(t, dir, "breaking", "BASE=HEAD", "SPEC="+breakingCopy(t, dir, test.edits))
			var ids []string
			for _, match := range finding.FindAllStringSubmatch(stdout, -1) {
				ids = append(ids, match[1])
			}
			slices.Sort(ids)
			if got := strings.Join(slices.Compact(ids), " "); got != test.want || (status != 0) != (test.want != "") {
				t.Errorf("exit status %d, checks %q, want %q\n%s%s", status, got, test.want, stdout, stderr)
			}
		})
	}
}

// breakingCopy writes the document with the edits, and returns where.
func breakingCopy(t *testing.T, dir string, edits []string) string {
	t.Helper()
	document, err := os.ReadFile(filepath.Join(dir, breakingDocument))
	if err != nil {
		t.Fatal(err)
	}
	text := string(document)
	for pair := range slices.Chunk(edits, 2) {
		if n := strings.Count(text, pair[0]); n != 1 {
			t.Fatalf("the document has this %d times, want 1:\n%s", n, pair[0])
		}
		text = strings.Replace(text, pair[0], pair[1], 1)
	}
	file := filepath.Join(t.TempDir(), "openapi.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
