package connectorsecrets

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/strictjson"
)

// TestChanges_ASecondOperation calls what is generated for it.
func TestChanges_ASecondOperation(t *testing.T) {
	request, err := getZz(1, "x/y %")
	if err != nil {
		t.Error(err)
	}
	base, _ := url.Parse("https://example.com")
	if got, want := request.HTTP(context.Background(), base, http.Header{}).URL.String(), "https://example.com/v1/teams/1/zz/x%2Fy%20%25"; got != want || request.Method != secretsapi.GetZzMethod {
		t.Errorf("%s %s, want %s", request.Method, got, want)
	}
	var secret secretsapi.Secret
	if err := strictjson.Strict([]byte(`{"secret_placeholder":"p","secret_name":"n","k_text":"t"}`), &secret, readSecret); err != nil || secret.Name != "n" || *secret.KText != "t" {
		t.Errorf("%+v, %v", secret, err)
	}
}
