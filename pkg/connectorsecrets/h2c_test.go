package connectorsecrets_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// HTTP/2 without TLS, as between containers, carries many requests at once on a connection: data that arrives before a
// request is then the response to another one.
func TestNewTransport_HTTP2WithoutTLS(t *testing.T) {
	var requests, connectors atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("the request is %s", r.Proto)
		}
		time.Sleep(time.Duration(requests.Add(1)%7) * time.Millisecond)
		_, _ = io.WriteString(w, `{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":"n"}]}`)
	}))
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	server.Config.Protocols = protocols
	server.Start()
	defer server.Close()
	transport := connectorsecrets.NewTransport()
	transport.Protocols = protocols
	defer transport.CloseIdleConnections()
	client, err := connectorsecrets.New(connectorsecrets.APIKey("fake-key-of-test"), connectorsecrets.WithBaseURL(server.URL),
		connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}), connectorsecrets.WithoutRetry(), connectorsecrets.WithPace(0))
	if err != nil {
		t.Fatal(err)
	}
	sequence := func(yield func(connectorsecrets.Connector) bool) {
		for connectors.Add(1) <= 300 && yield(connectorsecrets.Connector{TeamID: 1, ID: fmt.Sprint("C", connectors.Load())}) {
		}
	}
	failed := 0
	for result := range client.ListEach(t.Context(), sequence) {
		if result.Err != nil {
			failed++
			err = result.Err
		}
	}
	if failed > 0 || requests.Load() != 300 {
		t.Errorf("%d of 300 failed, with %d requests: %v", failed, requests.Load(), err)
	}
}
