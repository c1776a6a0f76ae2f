package connectorsecrets_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

func readItems(t *testing.T, items string) (*connectorsecrets.SecretList, error) {
	t.Helper()
	server := answer(t, 200, `{"count":null,"secrets":[`+items+`]}`)
	return newClient(t, server.URL).List(context.Background(), testTeam, testConnector)
}

// TestChanges_OpenAPI31 is compiled with code that is generated from the document plus openapi31.yaml.
func TestChanges_OpenAPI31(t *testing.T) {
	const secret = `{"secret_placeholder":"p","secret_name":"n","zz_meta":{"request_id":"r"},"zz_number":1,"zz_text":"t","zz_texts":["a",null]}`
	const nulls = `{"secret_placeholder":"p","secret_name":"n","zz_text":null,"zz_number":null,"zz_texts":null,"zz_meta":null}`
	list, err := readItems(t, secret+`,`+nulls)
	if err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(list)
	if want := `{"count":2,"secrets":[` + secret + `,{"secret_placeholder":"p","secret_name":"n"}]}`; err != nil || string(written) != want {
		t.Errorf("%s, %v, want %s", written, err, want)
	}
	for _, bad := range []string{`{"secret_placeholder":"p"}`, `{"secret_placeholder":"p","secret_name":"n","zz_text":5}`} {
		if _, err := readItems(t, bad); err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
	var failed *connectorsecrets.APIError
	if err := listError(t, 451, `{"error":{"code":"ZZ_LOCKED","message":null}}`); !errors.As(err, &failed) || failed.Code != connectorsecrets.ErrorCodeZzLocked {
		t.Error(err)
	}
}
