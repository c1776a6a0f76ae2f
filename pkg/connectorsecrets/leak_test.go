package connectorsecrets_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"unicode"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/leaktest"
)

// forms are the forms in which a planted text could come out.
func forms(planted string) []string {
	return []string{
		planted, strings.ToUpper(planted), hex.EncodeToString([]byte(planted)), strings.ToUpper(hex.EncodeToString([]byte(planted))),
		base64.StdEncoding.EncodeToString([]byte(planted)), fmt.Sprint([]byte(planted)), fmt.Sprintf("%#v", []byte(planted)),
	}
}

// renderings prints value in all possible ways.
func renderings(value any) string {
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		fmt.Fprintf(&out, verb+"\n", value)
	}
	if encoded, err := json.Marshal(value); err == nil {
		out.Write(encoded)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "value", value, "group", slog.GroupValue(slog.Any("value", value)))
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "value", value, "list", []any{value})
	return out.String()
}

// walk calls found for every text in the fields of value, unexported ones included.
func walk(value reflect.Value, found func(string), seen map[uintptr]bool) {
	switch value.Kind() {
	case reflect.String:
		found(value.String())
	case reflect.Pointer:
		if !value.IsNil() && !seen[value.Pointer()] {
			seen[value.Pointer()] = true
			walk(value.Elem(), found, seen)
		}
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
			found(fmt.Sprintf("%s", value))
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

// everything returns all texts that a value holds or prints.
func everything(value any) string {
	texts := []string{renderings(value)}
	walk(reflect.ValueOf(&value), func(text string) { texts = append(texts, text) }, map[uintptr]bool{})
	return strings.Join(texts, "\n")
}

// mustHide searches a value for what was planted.
func mustHide(t *testing.T, where string, value any) {
	t.Helper()
	text := everything(value)
	for _, planted := range []string{plantedCredential, plantedCredential[:18], plantedValue} {
		for _, secret := range forms(planted) {
			if at := strings.Index(text, secret); at >= 0 {
				t.Errorf("%s holds %s: …%.200s", where, secret, text[max(0, at-80):])
			}
		}
	}
}

// TestNothingLeaks runs every fault with debug logging on, and searches all output for the planted texts.
func TestNothingLeaks(t *testing.T) {
	var logged atomic.Int64
	t.Cleanup(func() {
		if logged.Load() < int64(2*len(faults())) {
			t.Errorf("%d lines were logged for %d faults, want at least one of each kind for each", logged.Load(), len(faults()))
		}
	})
	for _, row := range faults() {
		row.run(t, func(t *testing.T) {
			var log bytes.Buffer
			debug := &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}
			handlers := []slog.Handler{slog.NewTextHandler(&log, debug), slog.NewJSONHandler(&log, debug)}
			options := []connectorsecrets.Option{
				connectorsecrets.WithLogger(slog.New(slog.NewMultiHandler(handlers...))),
				connectorsecrets.WithHeader("X-Planted", plantedValue),
			}
			_, list, err := row.drive(t, options...)
			mustHide(t, "options", options)
			mustHide(t, "log", log.String())
			logged.Add(int64(strings.Count(log.String(), "\n")))
			mustHide(t, "list", list)
			mustHide(t, "error", err)
			if unexpected, ok := errors.AsType[*connectorsecrets.UnexpectedResponseError](err); ok {
				mustHide(t, "partial list", unexpected.Partial)
			}
		})
	}
}

// TestNothingLeaks_FromAnyPlace plants a credential in every place, as it is and escaped as gateways escape it, and another text in
// every place that the document has no text for. The error texts of net/http may quote what is not HTTP, but not the credential.
func TestNothingLeaks_FromAnyPlace(t *testing.T) {
	const key, inURL, inLowerCase = "planted/credential+0123==", "planted%2Fcredential%2B0123%3D%3D", "planted%2fcredential%2b0123%3d%3d"
	notHTTP := []string{"instead of HTTP", "name of a field"}
	for _, place := range leaktest.Places(t) {
		for _, spelt := range []string{key, inURL, inLowerCase} {
			if !strings.HasSuffix(place.Name, "of 200") {
				checkPlace(t, key, key, place.Name, place.Response(spelt))
			}
		}
		if !place.OfTheContract && !slices.Contains(notHTTP, place.Name) {
			checkPlace(t, testKey, plantedValue, place.Name, place.Response(plantedValue))
		}
	}
}

// checkPlace makes a call that gets a response, and searches all output for the planted text.
func checkPlace(t *testing.T, key, planted, where, response string) {
	t.Helper()
	near, far := net.Pipe()
	go func() {
		defer far.Close()
		if _, err := http.ReadRequest(bufio.NewReader(far)); err == nil {
			_, _ = far.Write([]byte(response))
		}
	}()
	var logged bytes.Buffer
	got, err := list(t, "http://localhost", connectorsecrets.WithCredential(connectorsecrets.APIKey(key)),
		via(&http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return near, nil }, DisableKeepAlives: true}),
		connectorsecrets.WithLogger(slog.New(slog.NewJSONHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	if err != nil && strings.ContainsFunc(err.Error(), func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("%s: not all of it can be printed: %q", where, err.Error())
	}
	texts := everything(got) + everything(err) + logged.String()
	if leaktest.Reveals(texts, planted) {
		t.Errorf("%s: %T %.2000q", where, err, texts)
	}
}
