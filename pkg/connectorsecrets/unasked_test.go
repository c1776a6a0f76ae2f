package connectorsecrets_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// TestListEach_AGatewayAnswersTwice: a response does not say which request it belongs to, so an extra one could become the
// next connector's list.
func TestListEach_AGatewayAnswersTwice(t *testing.T) {
	defer log.SetOutput(log.Writer())
	log.SetOutput(io.Discard) // net/http logs unsolicited data
	twice := http1(func(_ int, request *http.Request) string {
		response := message(200, fmt.Sprintf(`{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":%q}]}`, connectorOf(request)))
		return response + response
	})
	secured, trusting := withTLS(certificate(t, nil), "http/1.1", twice)
	transport := connectorsecrets.NewTransport()
	transport.TLSClientConfig = trusting
	defer transport.CloseIdleConnections()
	for name, baseURL := range map[string]string{"http": "http://" + serveRaw(t, twice), "https": "https://" + serveRaw(t, secured)} {
		calls := map[string]int{"http": 3000, "https": 40}[name] // each on a new connection
		client := newClient(t, baseURL, connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}))
		for result := range client.ListEach(context.Background(), numbered(calls), connectorsecrets.WithPace(0)) {
			if result.Err != nil || result.List.Names()[0] != result.Connector.ID || result.List.Response.Attempts != 1 {
				t.Errorf("%s: %s: %v, %v", name, result.Connector.ID, result.List, result.Err)
			}
		}
	}
}
