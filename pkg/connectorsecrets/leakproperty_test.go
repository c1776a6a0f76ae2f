package connectorsecrets_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/leaktest"
)

// walk calls found for every text in the fields of value, unexported ones included.
func walk(value reflect.Value, found func(string), seen map[uintptr]bool) {
	switch value.Kind() {
	case reflect.String:
		found(value.String())
	case reflect.Pointer:
		if value.IsNil() || seen[value.Pointer()] {
			return
		}
		seen[value.Pointer()] = true
		walk(value.Elem(), found, seen)
	case reflect.Interface:
		if !value.IsNil() {
			walk(value.Elem(), found, seen)
		}
	case reflect.Struct:
		for _, field := range value.Fields() {
			walk(field, found, seen)
		}
	case reflect.Slice, reflect.Array:
		if value.Type().Elem().Kind() == reflect.Uint8 {
			var bytes []byte
			for i := range value.Len() {
				bytes = append(bytes, byte(value.Index(i).Uint()))
			}
			found(string(bytes))
			return
		}
		for i := range value.Len() {
			walk(value.Index(i), found, seen)
		}
	case reflect.Map:
		for entries := value.MapRange(); entries.Next(); {
			walk(entries.Key(), found, seen)
			walk(entries.Value(), found, seen)
		}
	}
}

// TestNothingLeaks_FromAnyPlace plants a credential and another text in every place and every spelling.
func TestNothingLeaks_FromAnyPlace(t *testing.T) {
	credentials := map[string]connectorsecrets.Credential{
		plantedCredential:               connectorsecrets.APIKey(plantedCredential),
		"q7z#":                          connectorsecrets.BearerToken("q7z#"), // shorter than any real one
		`planted token-%u"of\two/words`: connectorsecrets.RawAuthorization(`planted token-%u"of\two/words`),
	}
	for planted, credential := range credentials {
		for _, place := range leaktest.Places(t) {
			for spelt, spelling := range leaktest.Spellings(planted) {
				checkPlace(t, credential, planted, place.Name+", "+spelt, place.Response(spelling))
			}
		}
	}
	for _, place := range leaktest.Places(t) {
		if !place.OfTheContract {
			for spelt, spelling := range leaktest.Spellings(plantedValue) {
				checkPlace(t, connectorsecrets.APIKey(testKey), plantedValue, place.Name+", "+spelt, place.Response(spelling))
			}
		}
	}
}

// checkPlace makes a call that gets response, and searches all output for the planted text.
func checkPlace(t *testing.T, credential connectorsecrets.Credential, planted, where, response string) {
	t.Helper()
	client, server := net.Pipe()
	go func() {
		defer server.Close()
		if _, err := http.ReadRequest(bufio.NewReader(server)); err == nil {
			_, _ = server.Write([]byte(response))
		}
	}()
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return client, nil }, DisableKeepAlives: true}
	checkCall(t, &http.Client{Transport: transport}, "http://localhost", credential, planted, where)
}

func checkCall(t *testing.T, httpClient *http.Client, baseURL string, credential connectorsecrets.Credential, planted, where string) {
	t.Helper()
	var logged bytes.Buffer
	client, err := connectorsecrets.New(credential, connectorsecrets.WithBaseURL(baseURL), connectorsecrets.WithoutRetry(),
		connectorsecrets.WithHTTPClient(httpClient), connectorsecrets.WithLogger(slog.New(slog.NewJSONHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	if err != nil {
		t.Fatal(err)
	}
	list, err := client.List(context.Background(), testTeam, testConnector)
	texts := []string{renderings(list), logged.String()}
	for _, err := range chain(err) {
		texts = append(texts, err.Error(), renderings(err))
		if strings.ContainsFunc(err.Error(), func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%s: not all of it can be printed: %q", where, err.Error())
		}
	}
	keep := func(text string) { texts = append(texts, text) }
	walk(reflect.ValueOf(list), keep, map[uintptr]bool{})
	walk(reflect.ValueOf(&err), keep, map[uintptr]bool{})
	if leaktest.Reveals(strings.Join(texts, "\n"), planted) {
		t.Errorf("%s: %T %.2000q", where, err, texts)
	}
}

// TestNothingLeaks_FromACertificate: all names in a certificate are the server's text.
func TestNothingLeaks_FromACertificate(t *testing.T) {
	const planted = "planted\x1b[31mname\u202e.example.com"
	for name, change := range map[string]func(*x509.Certificate){
		"subject":     func(c *x509.Certificate) { c.Subject = pkix.Name{CommonName: planted, Organization: []string{planted}} },
		"other names": func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = []string{"planted" + "name.example.com"}, nil },
		"a URI": func(c *x509.Certificate) {
			c.URIs, c.DNSNames, c.IPAddresses = []*url.URL{{Scheme: "https", Host: "plantedname"}}, nil, nil
		},
		"mail":         func(c *x509.Certificate) { c.EmailAddresses = []string{"plantedname@example.com"} },
		"expired":      func(c *x509.Certificate) { c.NotAfter, c.Subject.CommonName = time.Now().Add(-time.Minute), planted },
		"no authority": func(c *x509.Certificate) { c.IsCA, c.Subject.CommonName = false, planted },
		"constraints": func(c *x509.Certificate) {
			c.PermittedDNSDomainsCritical, c.PermittedDNSDomains = true, []string{"plantedname.example.com"}
		},
	} {
		for _, trusted := range []bool{false, true} {
			own := certificate(t, change)
			serve, trusting := withTLS(own, "http/1.1", http1(func(int, *http.Request) string { return message(200, oneSecret) }))
			transport := connectorsecrets.NewTransport()
			if trusted {
				transport.TLSClientConfig = trusting
			}
			checkCall(t, &http.Client{Transport: transport}, "https://"+serveRaw(t, serve), connectorsecrets.APIKey(testKey), "planted", name)
			transport.CloseIdleConnections()
		}
	}
}
