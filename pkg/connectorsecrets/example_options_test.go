package connectorsecrets_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

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

// Trust a certificate authority of your own, for example that of a company proxy that inspects TLS.
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

// counting stands for a transport that traces or counts requests. Use otelhttp.NewTransport of OpenTelemetry in its place.
type counting struct {
	next     http.RoundTripper
	requests int
}

func (c *counting) RoundTrip(request *http.Request) (*http.Response, error) {
	c.requests++
	return c.next.RoundTrip(request)
}

// Wrap the client's own transport. With OpenTelemetry, use otelhttp.NewTransport(connectorsecrets.NewTransport()) instead
// of the counter.
func ExampleWithHTTPClient_openTelemetry() {
	server := exampleServer()
	defer server.Close()

	transport := &counting{next: connectorsecrets.NewTransport()}
	client, err := connectorsecrets.New(
		connectorsecrets.APIKey(server.APIKey),
		connectorsecrets.WithBaseURL(server.URL),
		connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}),
	)
	if err != nil {
		log.Fatal(err)
	}
	list, err := client.List(context.Background(), 936506, "T3S70")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(list.Count, transport.requests)
	// Output: 1 1
}

func ExampleWithLogger() {
	server := exampleServer()
	defer server.Close()

	// Leave out what changes from call to call, and the host.
	handler := slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == "duration" || a.Key == "host" {
			return slog.Attr{}
		}
		return a
	}})
	client, err := connectorsecrets.New(
		connectorsecrets.APIKey(server.APIKey),
		connectorsecrets.WithBaseURL(server.URL),
		connectorsecrets.WithLogger(slog.New(handler)),
	)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.List(context.Background(), 936506, "T3S70"); err != nil {
		log.Fatal(err)
	}
	// Output:
	// level=DEBUG msg=attempt operation=listConnectorSecrets method=GET path=/v1/teams/936506/connector_builder/connectors/T3S70/secrets attempt=1 status=200
}
