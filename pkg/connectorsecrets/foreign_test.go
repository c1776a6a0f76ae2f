package connectorsecrets_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// TestTransport_MayShareItsResponses: the client changes nothing in a response.
func TestTransport_MayShareItsResponses(t *testing.T) {
	header := http.Header{"Www-Authenticate": {"Bearer " + testKey}, "Retry-After": {"0"}}
	shared := &http.Response{StatusCode: 403, Header: header}
	client := newClient(t, "http://localhost", connectorsecrets.WithHTTPClient(&http.Client{
		Transport: roundTripper(func(*http.Request) (*http.Response, error) { return shared, nil }),
	}))
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			_, err := client.List(context.Background(), testTeam, testConnector)
			var refused *connectorsecrets.APIError
			if !errors.As(err, &refused) || refused.Response.Header.Get("WWW-Authenticate") != "Bearer REDACTED" {
				t.Errorf("%+v", err)
			}
			refused.Response.Header.Set("Retry-After", "changed")
		})
	}
	calls.Wait()
	if !slices.Equal(header["Www-Authenticate"], []string{"Bearer " + testKey}) || header.Get("Retry-After") != "0" || shared.Body != nil {
		t.Errorf("changed: %+v", shared)
	}
}
