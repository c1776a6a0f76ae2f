package sandbox_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// TestListen_AnswersToItsOwnNames sends host names of pages on other sites, and those that people use.
func TestListen_AnswersToItsOwnNames(t *testing.T) {
	machine, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	const own, other = http.StatusOK, http.StatusMisdirectedRequest
	tests := []struct {
		name, address, host string
		allowed             []string
		want                int
	}{
		{"loopback name", "127.0.0.1:0", "localhost:8080", nil, own},
		{"loopback name in capitals", "127.0.0.1:0", "LOCALHOST.", nil, own},
		{"below the loopback name", "127.0.0.1:0", "sandbox.localhost", nil, own},
		{"loopback address", "127.0.0.1:0", "127.1.2.3:1", nil, own},
		{"loopback address of IPv6", "127.0.0.1:0", "[::1]:8080", nil, own},
		{"name that it listens on", machine + ":0", machine + ":8080", nil, own},
		{"address that it listens on", "0.0.0.0:0", "0.0.0.0:8080", nil, own},
		{"named", "0.0.0.0:0", "sandbox:8080", []string{"Sandbox"}, own},
		{"all", "127.0.0.1:0", "rebound.example", []string{"*"}, own},

		{"another name", "127.0.0.1:0", "rebound.example", nil, other},
		{"another address", "0.0.0.0:0", "192.0.2.1:8080", nil, other},
		{"loopback name as a part", "127.0.0.1:0", "localhost.example", nil, other},
		{"loopback name as an end", "127.0.0.1:0", "notlocalhost", nil, other},
		{"another than the named", "0.0.0.0:0", "rebound.example", []string{"sandbox"}, other},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server, err := sandbox.Listen(test.address, sandbox.WithHosts(test.allowed...))
			if err != nil && strings.HasPrefix(test.address, machine) {
				t.Skip("SKIPPED: nobody knows this machine by its name: ", err)
			}
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close()
			for _, path := range []string{secretsPath("936506", "T3S70"), "/openapi.json"} {
				request := newRequest(t, "GET", server.URL+path, bearer+server.APIKey)
				request.Host = test.host
				got := exchange(t, request)
				if got.status != test.want || test.want == other && !strings.Contains(string(got.body), "--allow-host") {
					t.Errorf("%s: status %d, want %d: %s", path, got.status, test.want, got.body)
				}
			}
		})
	}
}

// TestNew_Hosts: a handler accepts any host unless hosts are given, and then the address of the connection as well, because a
// request to the address itself can't be DNS rebinding.
func TestNew_Hosts(t *testing.T) {
	local := &net.TCPAddr{IP: net.ParseIP("::ffff:192.0.2.7"), Port: 8080} // IPv4 on an IPv6 socket
	for _, test := range []struct {
		host    string
		allowed []string
		want    int
	}{
		{"my.example", nil, 200}, {"my.example", []string{"sandbox"}, 421},
		{"192.0.2.7", []string{"sandbox"}, 200}, {"192.0.2.7:8080", []string{"sandbox"}, 200}, {"192.0.2.8", []string{"sandbox"}, 421},
	} {
		handler, err := sandbox.New(sandbox.WithHosts(test.allowed...))
		if err != nil {
			t.Fatal(err)
		}
		recorder := httptest.NewRecorder()
		request := httptest.NewRequest("GET", "http://"+test.host+"/openapi.json", nil)
		handler.ServeHTTP(recorder, request.WithContext(context.WithValue(t.Context(), http.LocalAddrContextKey, local)))
		if recorder.Code != test.want {
			t.Errorf("%s with %v: status %d, want %d", test.host, test.allowed, recorder.Code, test.want)
		}
	}
	if _, err := sandbox.New(sandbox.WithHosts("http://sandbox")); err == nil || !strings.Contains(err.Error(), `"http://sandbox": give a name`) {
		t.Errorf("error %v", err)
	}
}
