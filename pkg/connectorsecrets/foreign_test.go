package connectorsecrets_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// body calls read for every Read.
type body struct {
	read   func([]byte) (int, error)
	closed atomic.Int32
}

func (b *body) Read(p []byte) (int, error) { return b.read(p) }
func (b *body) Close() error               { b.closed.Add(1); return nil }

// TestForeignCode_ThatIgnoresTheContext: such code does not keep a call waiting, and leaves nothing behind when it returns.
func TestForeignCode_ThatIgnoresTheContext(t *testing.T) {
	for _, where := range []string{"transport", "body of a list", "body of an error", "body of a redirect", "token source"} {
		for _, ending := range []string{"attempt", "call"} {
			synctest.Test(t, func(t *testing.T) {
				const limit = 7 * time.Second
				stuck := make(chan struct{})
				var late atomic.Int32
				held := &body{read: func([]byte) (int, error) { late.Add(1); return 0, io.EOF }}
				response := &http.Response{StatusCode: 200, Body: held, ContentLength: -1}
				transport := roundTripper(func(*http.Request) (*http.Response, error) {
					switch where {
					case "transport":
						<-stuck
					case "body of an error":
						response.StatusCode = 503
						fallthrough
					case "body of a list":
						held.read = func([]byte) (int, error) { <-stuck; return 0, io.EOF }
					case "body of a redirect":
						response.StatusCode = 302
					}
					return response, nil
				})
				credential := connectorsecrets.APIKey(testKey)
				if where == "token source" {
					credential = connectorsecrets.TokenSource(func(context.Context) (string, error) { <-stuck; return testKey, nil })
				}
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				option := connectorsecrets.WithTimeout(limit)
				if ending == "call" {
					option = connectorsecrets.WithTimeout(time.Hour)
					time.AfterFunc(limit, cancel)
				}
				client := newClient(t, "http://localhost", connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}), option)
				list, took, err := timed(ctx, client, connectorsecrets.WithCredential(credential))
				kind, attempts, _ := outcome(list, err)
				want, wantTook := map[string]string{"body of an error": "api 503", "body of a redirect": "unexpected 302"}[where], limit
				if where == "body of a redirect" {
					wantTook = 0
				}
				if want == "" {
					want = "transport"
				}
				if kind != want || took != wantTook || (attempts == 0) != (where == "token source") {
					t.Errorf("%s, end of the %s: %s with %d attempts after %v, want %s after %v: %v", where, ending, kind, attempts, took, want, wantTook, err)
				}
				close(stuck)
				synctest.Wait()
				if closed := held.closed.Load(); closed != 1 && where != "token source" {
					t.Errorf("%s, end of the %s: the body was closed %d times", where, ending, closed)
				}
				if late.Load() > 0 {
					t.Errorf("%s, end of the %s: a body was read that came too late", where, ending)
				}
			})
		}
	}
}

// TestForeignCode_ABodyIsClosedToComeBack: many a Read waits for the Close.
func TestForeignCode_ABodyIsClosedToComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader, writer := io.Pipe()
		defer writer.Close()
		// Without the request, which a transport should set, there is nothing that a relative target is relative to.
		responses := []*http.Response{
			{StatusCode: 200, Body: reader, ContentLength: -1}, {StatusCode: 302, Header: http.Header{"Location": {"/x"}}},
		}
		client := newClient(t, "http://localhost", connectorsecrets.WithHTTPClient(&http.Client{
			Transport: roundTripper(func(*http.Request) (*http.Response, error) {
				response := responses[0]
				responses = responses[1:]
				return response, nil
			}),
		}))
		if _, took, err := timed(context.Background(), client); !errors.Is(err, context.DeadlineExceeded) || took != 30*time.Second {
			t.Errorf("%v after %v", err, took)
		}
		synctest.Wait()
		if _, err := writer.Write([]byte("x")); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("the body is still open: %v", err)
		}
		var unexpected *connectorsecrets.UnexpectedResponseError
		if _, _, err := timed(context.Background(), client); !errors.As(err, &unexpected) || unexpected.Location != "" {
			t.Errorf("%v", err)
		}
	})
}

// foreign returns options with foreign code that calls fail instead of returning.
func foreign(fail func()) map[string]connectorsecrets.Option {
	transport := func(f roundTripper) connectorsecrets.Option {
		return connectorsecrets.WithHTTPClient(&http.Client{Transport: f})
	}
	return map[string]connectorsecrets.Option{
		"transport": transport(func(*http.Request) (*http.Response, error) { fail(); return nil, io.EOF }),
		"body": transport(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: &body{read: func([]byte) (int, error) { fail(); return 0, io.EOF }}}, nil
		}),
		"token source": connectorsecrets.WithCredential(connectorsecrets.TokenSource(func(context.Context) (string, error) { fail(); return "", nil })),
		"proxy": connectorsecrets.WithHTTPClient(&http.Client{Transport: &http.Transport{
			Proxy: func(*http.Request) (*url.URL, error) { fail(); return nil, nil },
		}}),
	}
}

func failByPanic() { noMap["x"] = 1 }

var noMap map[string]int

func TestListEach_APanicIsItsConnectorsError(t *testing.T) {
	for name, option := range foreign(failByPanic) {
		client := newClient(t, "http://localhost", option)
		results := 0
		for result := range client.ListEach(context.Background(), numbered(30), connectorsecrets.WithPace(0)) {
			results++
			var transport *connectorsecrets.TransportError
			var cause runtime.Error
			if !errors.As(result.Err, &transport) || !errors.As(result.Err, &cause) || result.Asked != (name != "token source") || (transport.Attempts > 0) != result.Asked {
				t.Errorf("%s: %+v", name, result)
			}
			mustContain(t, result.Err.Error(), "a panic in the token source or the transport: assignment to entry in nil map")
		}
		if results != 30 {
			t.Errorf("%s: %d results", name, results)
		}
	}
}

// TestListEach_GoexitIsItsConnectorsError, and the workers go on.
func TestListEach_GoexitIsItsConnectorsError(t *testing.T) {
	for name, option := range foreign(runtime.Goexit) {
		client := newClient(t, "http://localhost", option)
		results := 0
		for result := range client.ListEach(context.Background(), numbered(30), connectorsecrets.WithPace(0)) {
			results++
			if result.Err == nil || result.List != nil || result.Asked != (name != "token source") {
				t.Errorf("%s: %+v", name, result)
				continue
			}
			mustContain(t, result.Err.Error(), "the token source or the transport called runtime.Goexit")
		}
		if results != 30 {
			t.Errorf("%s: %d results", name, results)
		}
	}
}

// TestListEach_ShowsNoPanicOfTheCallers: the value of a panic may hold a credential.
func TestListEach_ShowsNoPanicOfTheCallers(t *testing.T) {
	source := connectorsecrets.TokenSource(func(context.Context) (string, error) { panic("can't use " + plantedCredential) })
	for result := range newClient(t, "http://localhost", connectorsecrets.WithCredential(source)).ListEach(context.Background(), numbered(1)) {
		if strings.Contains(renderings(result), plantedCredential) {
			t.Error(result.Err)
		}
		mustContain(t, result.Err.Error(), "of type string")
	}
}

// TestList_APanicIsTheCallers: List panics on the caller's goroutine.
func TestList_APanicIsTheCallers(t *testing.T) {
	for name, option := range foreign(failByPanic) {
		client := newClient(t, "http://localhost", option)
		func() {
			defer func() {
				if failure, ok := recover().(runtime.Error); !ok || !strings.Contains(failure.Error(), "nil map") {
					t.Errorf("%s: recovered %v", name, failure)
				}
			}()
			_, err := client.List(context.Background(), testTeam, testConnector)
			t.Errorf("%s: %v", name, err)
		}()
	}
}

// TestList_ATransportMayEndItsGoroutine: t.Fatal in a test's transport does so.
func TestList_ATransportMayEndItsGoroutine(t *testing.T) {
	client := newClient(t, "http://localhost", connectorsecrets.WithHTTPClient(&http.Client{
		Transport: roundTripper(func(*http.Request) (*http.Response, error) { runtime.Goexit(); return nil, nil }),
	}))
	ended := make(chan bool, 1)
	go func() {
		returned := false
		defer func() { ended <- !returned }()
		_, _ = client.List(context.Background(), testTeam, testConnector)
		returned = true
	}()
	if !<-ended {
		t.Error("List returned")
	}
}

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

// TestForeignCode_ABodyThatGivesNothing: it neither ends nor fails, and so would keep its goroutine busy after the call.
func TestForeignCode_ABodyThatGivesNothing(t *testing.T) {
	var reads atomic.Int64
	nothing := &body{read: func([]byte) (int, error) {
		if reads.Add(1) > 1_000_000 {
			return 0, io.EOF
		}
		return 0, nil
	}}
	transport := roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Body: nothing, ContentLength: -1}, nil
	})
	client, err := connectorsecrets.New(connectorsecrets.APIKey(testKey), connectorsecrets.WithoutRetry(),
		connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}))
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.List(t.Context(), 1, "A")
	if !errors.Is(err, io.ErrNoProgress) || reads.Load() > 1000 || nothing.closed.Load() != 1 {
		t.Errorf("%v after %d reads, and the body was closed %d times", err, reads.Load(), nothing.closed.Load())
	}
}
