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

func TestSecretList_Finds(t *testing.T) {
	if diff := cmp.Diff([]string{"client_id", "client_secret", "client_id"}, exampleList().Names()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := (&connectorsecrets.SecretList{}).Names(); got == nil || len(got) != 0 {
		t.Errorf("names of an empty list %#v", got)
	}
	for name, want := range map[string]string{"client_id": "sec_1", "Client_ID": "", "sec_1": "", "": ""} {
		if got, ok := exampleList().ByName(name); got.Placeholder != want || ok != (want != "") {
			t.Errorf("by the name %q: %v, %v; want the first one, %q", name, got, ok, want)
		}
	}
	for placeholder, want := range map[string]string{"sec_2": "client_secret", "client_secret": "", "": ""} {
		if got, ok := exampleList().ByPlaceholder(placeholder); got.Name != want || ok != (want != "") {
			t.Errorf("by the placeholder %q: %v, %v; want %q", placeholder, got, ok, want)
		}
	}
}

func TestSecretList_Missing(t *testing.T) {
	for _, test := range []struct{ required, want []string }{
		{nil, nil}, {[]string{"client_secret", "client_id"}, nil}, {[]string{""}, []string{""}},
		{[]string{"z", "client_id", "a", "z"}, []string{"z", "a"}},                                   // in the order given, each once
		{[]string{"CLIENT_ID", "client_id ", "sec_1"}, []string{"CLIENT_ID", "client_id ", "sec_1"}}, // case and space count
	} {
		if diff := cmp.Diff(test.want, exampleList().Missing(test.required...)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.required, diff)
		}
	}
}

func TestSecretList_JSONIsTheAPIsOwn(t *testing.T) {
	list := &connectorsecrets.SecretList{Response: connectorsecrets.Response{Header: http.Header{"X": {"y"}}}}
	list.Count, list.Secrets = 1, []connectorsecrets.Secret{{Placeholder: "sec_a23f23d26", Name: "client_id"}}
	if got, err := json.Marshal(list); err != nil || string(got) != oneSecret {
		t.Errorf("%s, error %v; want %s", got, err, oneSecret)
	}
}
