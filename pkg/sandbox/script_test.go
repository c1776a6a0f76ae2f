package sandbox_test

import (
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// scripted starts a sandbox with scripted responses of the connector T3S70 of team 936506.
func scripted(t *testing.T, responses ...sandbox.Response) *sandbox.Server {
	t.Helper()
	return sandbox.Start(t, sandbox.WithResponses(936506, "T3S70", responses...))
}

// TestResponses_AreInOrder starts several sandboxes with the same list: they leave it alone.
func TestResponses_AreInOrder(t *testing.T) {
	for name, test := range map[string]struct {
		responses []sandbox.Response
		want      []int
	}{
		"fails and recovers": {[]sandbox.Response{{Status: 503, Times: 2}}, []int{503, 503, 200, 200}},
		"different failures": {[]sandbox.Response{{Status: 400, Times: 1}, {Status: 429, Times: 1}, {Status: 599, Times: 1}}, []int{400, 429, 599, 200}},
		"fails for good":     {[]sandbox.Response{{Status: 500}}, []int{500, 500, 500}},
		"works for a while":  {[]sandbox.Response{{Times: 2}, {Status: 599}}, []int{200, 200, 599, 599}},
	} {
		seed := sandbox.Seed{Teams: []sandbox.Team{{ID: 936506, Connectors: []sandbox.Connector{{Identifier: "T3S70", Responses: test.responses}, {Identifier: "OTHER"}}}}}
		for _, server := range []*sandbox.Server{scripted(t, test.responses...), sandbox.Start(t, sandbox.WithSeed(seed)), sandbox.Start(t, sandbox.WithSeed(seed))} {
			var got []int
			for range test.want {
				// A refused request, or one for another connector, does not use up a response.
				get(t, server.URL+secretsPath("936506", "T3S70"))
				list(t, server, "OTHER")
				got = append(got, list(t, server, "T3S70").status)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	}
}

// TestResponses_AreEnvelopes checks scripted errors: documented or not, with a status that has a name or not.
func TestResponses_AreEnvelopes(t *testing.T) {
	server := scripted(t, sandbox.Response{Status: 429, Times: 1, RetryAfterSeconds: 7},
		sandbox.Response{Status: 503, Times: 1, RetryAfterSeconds: 100_000}, sandbox.Response{Status: 599})
	for _, want := range []struct {
		status                    int
		code, message, retryAfter string
	}{{429, "TOO_MANY_REQUESTS", "", "7"}, {503, "SERVICE_UNAVAILABLE", "Service Unavailable", "100000"}, {599, "STATUS_599", "Status 599", ""}} {
		got := list(t, server, "T3S70")
		if got.status != want.status || got.error.Code != want.code || want.message != "" && got.error.Message != want.message ||
			got.header.Get("Retry-After") != want.retryAfter || !strings.Contains(got.error.Description, "scripted") {
			t.Errorf("status %d, %+v, %v, want %+v", got.status, got.error, got.header, want)
		}
	}
}

// play requests T3S70 without a socket.
func play(ctx context.Context, t *testing.T, w http.ResponseWriter, response sandbox.Response) {
	t.Helper()
	handler, err := sandbox.New(sandbox.WithResponses(936506, "T3S70", response))
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequestWithContext(ctx, "GET", secretsPath("936506", "T3S70"), nil)
	request.Header.Set("Authorization", bearer+sandbox.DefaultAPIKey)
	handler.ServeHTTP(w, request)
}

func TestResponses_RetryAfterADate(t *testing.T) {
	for _, test := range []struct {
		seconds         int
		past, roundedUp time.Duration // past the full second
	}{{90, 0, 0}, {90, 300 * time.Millisecond, 700 * time.Millisecond}, {-90, 300 * time.Millisecond, 700 * time.Millisecond}} {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(test.past)
			recorder := httptest.NewRecorder()
			play(t.Context(), t, recorder, sandbox.Response{Status: 429, RetryAfterSeconds: test.seconds, RetryAfterDate: true})
			date, err := http.ParseTime(recorder.Header().Get("Retry-After"))
			if err != nil {
				t.Fatal(err)
			}
			if left := time.Until(date); left != time.Duration(test.seconds)*time.Second+test.roundedUp {
				t.Errorf("%v is in %v, want in %d seconds, rounded up", date, left, test.seconds)
			}
		})
	}
}

// deadlines records the deadlines that are set on the connection.
type deadlines struct {
	*httptest.ResponseRecorder

	read, write time.Time
}

func (d *deadlines) SetReadDeadline(at time.Time) error  { d.read = at; return nil }
func (d *deadlines) SetWriteDeadline(at time.Time) error { d.write = at; return nil }

// TestResponses_Delay: a delay may exceed the server's timeouts, which begin after it, and ends with the request.
func TestResponses_Delay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
		play(t.Context(), t, w, sandbox.Response{DelaySeconds: 1800.5})
		if took := time.Since(begin); took != 1800*time.Second+500*time.Millisecond || w.Code != 200 {
			t.Errorf("status %d after %v", w.Code, took)
		}
		if !w.read.After(time.Now()) || !w.write.After(time.Now()) {
			t.Errorf("the connection ends at %v and %v, in the delay", w.read, w.write)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begin = time.Now()
		defer func() {
			if err, _ := recover().(error); !errors.Is(err, http.ErrAbortHandler) || time.Since(begin) != time.Second {
				t.Errorf("ends with %v after %v", err, time.Since(begin))
			}
		}()
		play(ctx, t, httptest.NewRecorder(), sandbox.Response{DelaySeconds: 10})
	})
}

// TestServer_CloseEndsDelays: Close does not wait for a delay, nor for its grace period.
func TestServer_CloseEndsDelays(t *testing.T) {
	server, err := sandbox.Listen("127.0.0.1:0", sandbox.WithResponses(936506, "T3S70", sandbox.Response{DelaySeconds: 3600}))
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := (&http.Transport{}).RoundTrip(newRequest(t, "GET", server.URL+secretsPath("936506", "T3S70"), bearer+server.APIKey)) //nolint:bodyclose // There is no response.
		ended <- err
	}()
	time.Sleep(200 * time.Millisecond) // for the server to get the request
	begin := time.Now()
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; err == nil || time.Since(begin) > 900*time.Millisecond {
		t.Errorf("the request ended with %v, %v after Close", err, time.Since(begin))
	}
}

func TestResponses_Cut(t *testing.T) {
	server := scripted(t,
		sandbox.Response{Cut: sandbox.CutBefore, Times: 1}, sandbox.Response{Cut: sandbox.CutWithin, Times: 1},
		sandbox.Response{Cut: sandbox.CutWithin, Times: 1, Status: 500})
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // or the transport repeats requests
	for i, want := range []int{0, 200, 500, 200} {
		response, err := client.Do(newRequest(t, "GET", server.URL+secretsPath("936506", "T3S70"), bearer+server.APIKey))
		switch {
		case want == 0:
			if !errors.Is(err, io.EOF) {
				t.Errorf("error %v before the response, want EOF", err)
			}
		case err != nil:
			t.Fatal(err)
		default:
			body, err := io.ReadAll(response.Body)
			_ = response.Body.Close()
			if response.StatusCode != want || len(body) == 0 || errors.Is(err, io.ErrUnexpectedEOF) == (i == 3) {
				t.Errorf("status %d, %d bytes, error %v; want %d", response.StatusCode, len(body), err, want)
			}
		}
		log := server.Requests()
		if last := log[len(log)-1]; last.Status != want || strings.Contains(last.String(), " cut GET /") != (want == 0) {
			t.Errorf("the log has %v", last)
		}
	}
}

func TestWithResponses_Refused(t *testing.T) {
	for _, test := range []struct {
		connector string
		response  sandbox.Response
		want      string
	}{
		{"NONE", sandbox.Response{}, "team 936506: connector NONE: is not in the seed"},
		{"T3S70", sandbox.Response{Status: 200}, "team 936506: connector T3S70: responses[0]: status 200: "},
		{"T3S70", sandbox.Response{DelaySeconds: math.NaN()}, "delay_seconds NaN: "},
	} {
		if _, err := sandbox.New(sandbox.WithResponses(936506, test.connector, test.response)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error %v, want %q", err, test.want)
		}
	}
}
