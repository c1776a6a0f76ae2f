package connectorsecrets_test

import (
	"bufio"
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
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

// TestNothingLeaks_FromAnyPlace plants a credential and another text in every place. The error texts of net/http may quote what is
// not HTTP, but not the credential.
func TestNothingLeaks_FromAnyPlace(t *testing.T) {
	notHTTP := []string{"status", "instead of HTTP", "line of the header", "name of a field", "length", "transfer encoding", "chunk"}
	for _, place := range leaktest.Places(t) {
		if !strings.HasSuffix(place.Name, "of 200") {
			checkPlace(t, connectorsecrets.APIKey(plantedCredential), plantedCredential, place.Name, place.Response(plantedCredential))
		}
		if !place.OfTheContract && !slices.Contains(notHTTP, place.Name) {
			checkPlace(t, connectorsecrets.APIKey(testKey), plantedValue, place.Name, place.Response(plantedValue))
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
