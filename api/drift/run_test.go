//go:build gate

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/connectorsecrets/connectorsecrets-go/api"
)

type object = map[string]any

// vendors returns our document as the vendor has it, which differs only in what is accepted. Then it sets values at places
// below the operation or below the document; nil removes.
func vendors(t *testing.T, changes map[string]any) string {
	t.Helper()
	var document object
	if err := yaml.Unmarshal(api.Spec, &document); err != nil {
		t.Fatal(err)
	}
	const schemas, allowOrigin = "components.schemas.", "components.headers.Access-Control-Allow-Origin.schema"
	for place, value := range map[string]any{
		schemas + "ErrorEnvelope.additionalProperties": false, schemas + "ErrorMeta.additionalProperties": false,
		schemas + "ErrorDetail.additionalProperties": false,
		schemas + "ErrorDetail.properties.message":   object{"type": "string", "maxLength": 255, "pattern": "^.+$"},
		allowOrigin: object{"type": "string", "maxLength": 255, "enum": []any{"*"}},
		"components.headers.WWW-Authenticate.schema.maxLength": 255, "components.headers.WWW-Authenticate.schema.pattern": "^Bearer.*",
		"components.parameters.TeamId.schema.maximum": int64(9223372036854775807),
	} {
		set(t, document, place, value)
	}
	for place, value := range changes {
		set(t, document, place, value)
	}
	content, err := yaml.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "vendor.yaml")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const ourPath = "/v1/teams/{team_id}/connector_builder/connectors/{connector_identifier}/secrets"

func set(t *testing.T, node object, place string, value any) {
	t.Helper()
	names := strings.Split(strings.Replace(place, "GET", "paths."+ourPath+".get", 1), ".")
	for _, name := range names[:len(names)-1] {
		inner, ok := node[name].(object)
		if !ok {
			inner = object{}
			node[name] = inner
		}
		node = inner
	}
	if value == nil {
		delete(node, names[len(names)-1])
	} else {
		node[names[len(names)-1]] = value
	}
}

func TestDrift(t *testing.T) {
	const secret, header = "components.schemas.ConnectorSecret.", "components.headers."
	other := object{"responses": object{"204": object{"description": "None."}}}
	for name, test := range map[string]struct {
		changes map[string]any
		want    []string // lines, or nothing for no drift
	}{
		"what is accepted": {},
		"texts and other operations": {changes: map[string]any{
			"info.version": "2.0.0", "GET.description": "Other words.", secret + "properties.secret_name.example": "x", "paths./v1/other.get": other,
			"paths." + ourPath + ".post": other, "components.schemas.Other": object{"type": "string"},
		}},
		"many changes": {
			changes: map[string]any{
				"GET.responses.409": object{"description": "Conflict."}, "GET.responses.500": nil, "GET.security": []any{object{"BearerAuth": []any{}}},
				"GET.requestBody": object{"content": object{"text/plain": object{}}}, "components.parameters.ConnectorIdentifier.schema.maxLength": 50,
				secret + "properties.created_at": object{"type": "string"}, secret + "required": []any{"secret_name"},
				secret + "properties.secret_name.nullable": true, secret + "properties.secret_placeholder.type": "integer",
				"components.schemas.ConnectorSecretList.properties.secrets.maxItems": 1000, header + "WWW-Authenticate.schema.maxLength": 100,
				"components.responses.TooManyRequests.headers.Retry-After": nil, "components.securitySchemes.ApiKeyAuth.name": "X-Api-Key", "servers": []any{},
			},
			want: []string{
				`responses/added: "409"`, `responses/deleted: "500"`, `securityRequirements/deleted: {"index":1,"schemes":{"ApiKeyAuth":[]}}`,
				`requestBody/added: true`, `parameters/path/connector_identifier/schema/maxLength: 100 -> 50`,
				`responses/200/content/application/json/schema/properties/secrets/items/properties/added: "created_at"`,
				`responses/200/content/application/json/schema/properties/secrets/items/required/deleted: "secret_placeholder"`,
				`responses/200/content/application/json/schema/properties/secrets/items/properties/secret_name/nullable: false -> true`,
				`responses/200/content/application/json/schema/properties/secrets/items/properties/secret_placeholder/type/added: "integer"`,
				`responses/200/content/application/json/schema/properties/secrets/maxItems: 100 -> 1000`,
				`responses/401/headers/WWW-Authenticate/schema/maxLength: 1024 -> 100`, `responses/429/headers/deleted: "Retry-After"`,
				`components/securitySchemes/ApiKeyAuth/name: "Authorization" -> "X-Api-Key"`, `servers/deleted: "https://api.supermetrics.com"`,
			},
		},
		"a difference that is gone": {
			changes: map[string]any{"components.schemas.ErrorMeta.additionalProperties": nil},
			want:    []string{`responses/401,403,404,429,500/content/application/json/schema/properties/meta/additionalPropertiesAllowed: null -> false`},
		},
		"another path": {
			changes: map[string]any{"paths": object{strings.Replace(ourPath, "v1", "v2", 1): object{"get": other}}},
			want:    []string{`paths/added: "` + strings.Replace(ourPath, "v1", "v2", 1) + `"`, `paths/deleted: "` + ourPath + `"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			output, err := exec.Command("make", "-s", "-C", "../..", "drift", "VENDOR_SPEC="+vendors(t, test.changes)).CombinedOutput()
			lines := strings.Split(string(output), "\n")
			for _, want := range test.want {
				if !slices.Contains(lines, want) {
					t.Errorf("no line %s", want)
				}
			}
			if red := test.want != nil; (err != nil) != red || !red && len(lines) != 2 || !strings.Contains(string(output), acceptedFile) {
				t.Errorf("%v:\n%s", err, output)
			}
		})
	}
}
