package connectorsecrets_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// TestErrors_HoldNoCredentialThatIsANumber: numbers of a response are kept as numbers.
func TestErrors_HoldNoCredentialThatIsANumber(t *testing.T) {
	const number = "90071992547"
	for body, status := range map[string]int{
		`{"count":` + number + `,"secrets":[]}`: 200, `{"count":` + number + `,"secrets":[{"secret_name":"a"}]}`: 200, "{}": 429,
	} {
		transport := roundTripper(func(*http.Request) (*http.Response, error) {
			header := http.Header{"X-Ratelimit-Limit": {number}, "X-Ratelimit-Remaining": {number}, "Retry-After": {number}}
			return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1}, nil
		})
		client, err := connectorsecrets.New(connectorsecrets.APIKey(number), connectorsecrets.WithoutRetry(),
			connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}))
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.List(t.Context(), 1, "A")
		text := fmt.Sprintf("%v %+v %#v", err, err, err)
		switch err := err.(type) { //nolint:errorlint // the fields of the error itself
		case *connectorsecrets.APIError:
			text += fmt.Sprintf("%+v", *err)
		case *connectorsecrets.UnexpectedResponseError:
			text += fmt.Sprintf("%+v %+v", *err, err.Partial)
		default:
			t.Errorf("status %d: %v", status, err)
		}
		if strings.Contains(text, number) {
			t.Errorf("status %d: %s", status, text)
		}
	}
}
