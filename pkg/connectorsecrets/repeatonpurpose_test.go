package connectorsecrets_test

import (
	"context"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// TestRepeat_OfTheTransportsOwn: a transport may send several requests on purpose, such as one that authenticates at a
// gateway. They are counted, and not held back.
func TestRepeat_OfTheTransportsOwn(t *testing.T) {
	var users []string
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		users = append(users, r.Header.Get("X-User"))
		if len(users) < 4 {
			status(407)(w, r)
			return
		}
		ok(w, r)
	})
	inner := connectorsecrets.NewTransport()
	defer inner.CloseIdleConnections()
	asking := roundTripper(func(r *http.Request) (*http.Response, error) {
		for {
			response, err := inner.RoundTrip(r)
			if err != nil || response.StatusCode != 407 {
				return response, err
			}
			_ = response.Body.Close()
			r = r.Clone(r.Context())
			r.Header.Set("X-User", "fake")
		}
	})
	list, err := newClient(t, server.URL, connectorsecrets.WithHTTPClient(&http.Client{Transport: asking})).List(context.Background(), testTeam, testConnector)
	if err != nil || list.Response.Attempts != 4 || !slices.Equal(users, []string{"", "fake", "fake", "fake"}) {
		t.Errorf("%+v, %v after %q", list, err, users)
	}
}

// TestRepeat_AnInterimResponseIsNoAnswer: a server that refuses a stream after one makes net/http send the request again.
func TestRepeat_AnInterimResponseIsNoAnswer(t *testing.T) {
	var requests atomic.Int32
	serve, trusting := withTLS(certificate(t, nil), "h2", http2(func(_ int, stream uint32) []byte {
		requests.Add(1)
		// ":status: 103", spelt out.
		early := append([]byte{0x08, 3}, "103"...)
		return append(frame(frameHeaders, endHeaders, stream, early...), refuse(stream)...)
	}))
	inner := connectorsecrets.NewTransport()
	defer inner.CloseIdleConnections()
	inner.TLSClientConfig = trusting
	wrapped := roundTripper(func(r *http.Request) (*http.Response, error) { return inner.RoundTrip(r) })
	client := newClient(t, "https://"+serveRaw(t, serve), connectorsecrets.WithHTTPClient(&http.Client{Transport: wrapped}))
	_, err := client.List(context.Background(), testTeam, testConnector)
	if kind, attempts, _ := outcome(nil, err); kind != "transport" || attempts != 1 || requests.Load() != 1 {
		t.Errorf("%d requests, error %v", requests.Load(), err)
	}
}
