package sandbox_test

import (
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

func ExampleStart() { //nolint:testableexamples // It needs the T of a test.
	_ = func(t *testing.T) { // a test of your own
		server := sandbox.Start(t) // stops with the test
		client, err := connectorsecrets.New(connectorsecrets.APIKey(server.APIKey), connectorsecrets.WithBaseURL(server.URL))
		if err != nil {
			t.Fatal(err)
		}
		list, err := client.List(t.Context(), 936506, "T3S70")
		if err != nil {
			t.Fatal(err)
		}
		if missing := list.Missing("client_id"); missing != nil {
			t.Errorf("missing: %v", missing)
		}
	}
}
