package cli_test

import (
	"bufio"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/leaktest"
)

// TestNothingLeaks plants the credential and a secret text in every place of a response. Neither may appear in what the commands
// print, in any format, except in a list, and a text in place of HTTP.
func TestNothingLeaks(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var response atomic.Value
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					_, _ = conn.Write([]byte(response.Load().(string)))
				}
			}()
		}
	}()
	const value = "planted-value-of-a-secret"
	next := 0 // index of the next format
	setEnv(t, planted, "http://"+listener.Addr().String())
	for _, place := range leaktest.Places(t) {
		for _, text := range []string{planted, value} {
			inList, notHTTP := strings.HasSuffix(place.Name, "of 200") && strings.HasPrefix(place.Name, "text"), slices.Contains(malformed, place.Name)
			if inList || text == value && (place.OfTheContract || notHTTP) {
				continue
			}
			response.Store(place.Response(text))
			next++
			for command, formats := range map[string][]string{"check -r a": audit.Formats(), "list": {"table", "json", "csv", "names", "ndjson"}} {
				args := append(strings.Fields(command), "1/A", "--no-retry", "--verbose", "--rate", "0", "-o", formats[next%len(formats)])
				if got := run(args...); leaktest.Reveals(got.stdout+got.stderr, text) {
					t.Errorf("%s, %s: %+v", place.Name, args, got)
				}
			}
		}
	}
}

var malformed = []string{"status", "instead of HTTP", "line of the header", "name of a field", "length", "transfer encoding", "chunk"}
