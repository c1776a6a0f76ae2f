package connectorsecrets_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// TestList_Allocations bounds the allocations of a call without a network. Six of them are the transport's own, and the
// race detector adds more. Times are in benchmarks.md.
func TestList_Allocations(t *testing.T) {
	ctx := context.Background()
	for _, secrets := range []int{1, 10, 100} {
		body := []byte(secretsBody(secrets, secrets))
		standard := &http.Transport{TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}} // without HTTP/2
		standard.RegisterProtocol("https", inMemory(body).Transport)
		for name, transport := range map[string]http.RoundTripper{"standard": standard, "of the caller": inMemory(body).Transport} {
			t.Run(fmt.Sprint(secrets, " ", name), func(t *testing.T) {
				client := retryClient(t, connectorsecrets.WithBaseURL(""), via(transport))
				got := testing.AllocsPerRun(200, func() {
					if list, err := client.List(ctx, testTeam, testConnector); err != nil || list.Count != secrets {
						t.Fatal(list, err)
					}
				})
				if bar := 29 * float64(connectorsecrets.RaceFactor); got > bar {
					t.Errorf("%v allocations, want at most %v", got, bar)
				}
			})
		}
	}
}

// inMemory returns a client whose transport responds without a network.
func inMemory(body []byte) *http.Client {
	return &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			Status: "200 OK", StatusCode: 200, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
			Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
		}, nil
	})}
}
