package connectorsecrets_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

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

func ExampleAPIKey() {
	server := exampleServer()
	defer server.Close()

	client, err := connectorsecrets.New(connectorsecrets.APIKey(server.APIKey), connectorsecrets.WithBaseURL(server.URL))
	if err != nil {
		log.Fatal(err)
	}
	list, err := client.List(context.Background(), 936506, "SEVERAL")
	fmt.Println(list.Count, err)
	fmt.Println(connectorsecrets.APIKey(server.APIKey))
	// Output:
	// 4 <nil>
	// REDACTED
}

func ExampleBearerToken() {
	server := exampleServer()
	defer server.Close()

	client, err := connectorsecrets.New(connectorsecrets.BearerToken(server.BearerToken), connectorsecrets.WithBaseURL(server.URL))
	if err != nil {
		log.Fatal(err)
	}
	list, err := client.List(context.Background(), 936506, "EMPTY")
	fmt.Println(list.Count, err)
	// Output: 0 <nil>
}

func ExampleTokenSource() {
	server := exampleServer()
	defer server.Close()

	source := func(context.Context) (string, error) {
		return server.BearerToken, nil // get it from your OAuth library, which renews it
	}
	client, err := connectorsecrets.New(connectorsecrets.TokenSource(source), connectorsecrets.WithBaseURL(server.URL))
	if err != nil {
		log.Fatal(err)
	}
	list, err := client.List(context.Background(), 936506, "T3S70")
	fmt.Println(list.Count, err)
	// Output: 1 <nil>
}

func ExampleCredentialFromEnv() {
	_ = os.Unsetenv(connectorsecrets.EnvAPIKey)
	_ = os.Unsetenv(connectorsecrets.EnvBearerToken)

	_, err := connectorsecrets.New(connectorsecrets.CredentialFromEnv())
	fmt.Println(err)
	// Output: invalid credential: none in the environment: set SUPERMETRICS_API_KEY to an API key, or SUPERMETRICS_BEARER_TOKEN to an OAuth token
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
