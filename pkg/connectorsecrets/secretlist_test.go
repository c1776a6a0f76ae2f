package connectorsecrets_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

func exampleList() *connectorsecrets.SecretList {
	return &connectorsecrets.SecretList{SecretList: secretsapi.SecretList{
		Count: 3,
		Secrets: []connectorsecrets.Secret{
			{Placeholder: "sec_1", Name: "client_id"},
			{Placeholder: "sec_2", Name: "client_secret"},
			{Placeholder: "sec_3", Name: "client_id"},
		},
	}}
}

func TestSecretList_Names(t *testing.T) {
	if diff := cmp.Diff([]string{"client_id", "client_secret", "client_id"}, exampleList().Names()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := (&connectorsecrets.SecretList{}).Names(); got == nil || len(got) != 0 {
		t.Errorf("names of an empty list %#v", got)
	}
}

func TestSecretList_ByName(t *testing.T) {
	if got, ok := exampleList().ByName("client_id"); !ok || got.Placeholder != "sec_1" {
		t.Errorf("%v, %v; want the first one", got, ok)
	}
	if got, ok := exampleList().ByName("Client_ID"); ok {
		t.Errorf("%v found under a name in other case", got)
	}
}

func TestSecretList_ByPlaceholder(t *testing.T) {
	if got, ok := exampleList().ByPlaceholder("sec_2"); !ok || got.Name != "client_secret" {
		t.Errorf("%v, %v", got, ok)
	}
	if got, ok := exampleList().ByPlaceholder("client_secret"); ok {
		t.Errorf("%v found by a name", got)
	}
}

func TestSecretList_Missing(t *testing.T) {
	tests := []struct {
		name           string
		required, want []string
	}{
		{"nothing required", nil, nil},
		{"all there", []string{"client_secret", "client_id"}, nil},
		{"one missing", []string{"client_id", "api_key"}, []string{"api_key"}},
		{"in the order given, each once", []string{"z", "client_id", "a", "z"}, []string{"z", "a"}},
		{"case counts", []string{"CLIENT_ID"}, []string{"CLIENT_ID"}},
		{"space counts", []string{"client_id "}, []string{"client_id "}},
		{"placeholders are no names", []string{"sec_1"}, []string{"sec_1"}},
		{"empty name", []string{""}, []string{""}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, exampleList().Missing(test.required...)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSecretList_JSONIsTheAPIsOwn(t *testing.T) {
	list := &connectorsecrets.SecretList{Response: connectorsecrets.Response{Header: http.Header{"X": {"y"}}}}
	list.Count, list.Secrets = 1, []connectorsecrets.Secret{{Placeholder: "sec_a23f23d26", Name: "client_id"}}
	if got, err := json.Marshal(list); err != nil || string(got) != oneSecret {
		t.Errorf("%s, error %v; want %s", got, err, oneSecret)
	}
}
