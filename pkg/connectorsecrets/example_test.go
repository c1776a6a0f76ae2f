package connectorsecrets_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// exampleServer returns a sandbox, so that the examples run without an account.
func exampleServer() *sandbox.Server {
	server, err := sandbox.Listen("127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	return server
}

func Example() {
	server := exampleServer() // for the real API, leave out this line and WithBaseURL
	defer server.Close()

	client, err := connectorsecrets.New(
		connectorsecrets.APIKey(server.APIKey), // or CredentialFromEnv()
		connectorsecrets.WithBaseURL(server.URL),
	)
	if err != nil {
		log.Fatal(err)
	}
	list, err := client.List(context.Background(), 936506, "T3S70")
	if err != nil {
		log.Fatal(err)
	}
	for _, secret := range list.Secrets {
		fmt.Println(secret.Name, secret.Placeholder)
	}
	if missing := list.Missing("client_id", "client_secret"); len(missing) > 0 {
		fmt.Println("missing:", missing)
	}
	// Output:
	// client_id sec_a23f23d26
	// missing: [client_secret]
}

func ExampleAPIError() {
	server := exampleServer()
	defer server.Close()

	client, err := connectorsecrets.New(connectorsecrets.APIKey(server.APIKey), connectorsecrets.WithBaseURL(server.URL))
	if err != nil {
		log.Fatal(err)
	}
	for _, connectorID := range []string{"error-404", "error-429"} {
		_, err = client.List(context.Background(), 936506, connectorID)
		if errors.Is(err, connectorsecrets.ErrNotFound) {
			fmt.Println("there is no such connector")
		}
		var apiError *connectorsecrets.APIError
		if errors.As(err, &apiError) && apiError.Response.RetryAfter > 0 {
			fmt.Println(apiError.Response.StatusCode, apiError.Code, apiError.Response.RetryAfter)
		}
	}
	// Output:
	// there is no such connector
	// 429 TOO_MANY_REQUESTS 1h0m0s
}

func ExampleClient_ListEach() {
	server := exampleServer()
	defer server.Close()

	client, err := connectorsecrets.New(connectorsecrets.APIKey(server.APIKey), connectorsecrets.WithBaseURL(server.URL))
	if err != nil {
		log.Fatal(err)
	}
	connectors := []connectorsecrets.Connector{
		{TeamID: 936506, ID: "T3S70"},
		{TeamID: 936506, ID: "NONE"},
		{TeamID: 936507, ID: "T3S70"}, // set Credential for another account
	}
	for result := range client.ListEach(context.Background(), slices.Values(connectors), connectorsecrets.WithWorkers(4)) {
		switch {
		case result.Err == nil:
			fmt.Println(result.Connector.TeamID, result.Connector.ID, result.List.Names())
		case !result.Asked:
			fmt.Println(result.Connector.TeamID, result.Connector.ID, "was not asked")
		default:
			fmt.Println(result.Connector.TeamID, result.Connector.ID, "could not be read")
		}
	}
	// Output:
	// 936506 T3S70 [client_id]
	// 936506 NONE could not be read
	// 936507 T3S70 [client_id client_secret]
}

// Trust a certificate authority of your own, for example that of a company proxy that inspects TLS. To trace requests, wrap the
// transport, such as with otelhttp.NewTransport of OpenTelemetry.
func ExampleWithHTTPClient_certificateAuthority() {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, `{"count": 0, "secrets": []}`)
	}))
	defer server.Close()

	authorities := x509.NewCertPool()
	authorities.AddCert(server.Certificate()) // or AppendCertsFromPEM, with your company's file
	transport := connectorsecrets.NewTransport()
	transport.TLSClientConfig = &tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12}

	client, err := connectorsecrets.New(
		connectorsecrets.APIKey("fake-api-key"),
		connectorsecrets.WithBaseURL(server.URL),
		connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}),
	)
	if err != nil {
		log.Fatal(err)
	}
	list, err := client.List(context.Background(), 936506, "EMPTY")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(list.Count)
	// Output: 0
}
