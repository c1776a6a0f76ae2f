package connectorsecrets_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

const plantedPassword = "planted-password-in-the-base-url"

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

// chain returns err and all the errors that it wraps.
func chain(err error) []error {
	if err == nil {
		return nil
	}
	all := []error{err}
	switch wrapper := err.(type) { //nolint:errorlint // The chain itself is walked.
	case interface{ Unwrap() error }:
		all = append(all, chain(wrapper.Unwrap())...)
	case interface{ Unwrap() []error }:
		for _, wrapped := range wrapper.Unwrap() {
			all = append(all, chain(wrapped)...)
		}
	}
	return all
}

// TestNothingLeaks runs every fault with debug logging on, and searches all output for the planted texts.
func TestNothingLeaks(t *testing.T) {
	var planted []string
	for _, text := range []string{plantedCredential, plantedCredential[:18], plantedValue, plantedPassword} {
		planted = append(planted, forms(text)...)
	}
	check := func(t *testing.T, where, text string) {
		t.Helper()
		for _, secret := range planted {
			if at := strings.Index(text, secret); at >= 0 {
				t.Errorf("%s holds %s: …%.200s", where, secret, text[max(0, at-80):])
			}
		}
	}

	for _, password := range []string{"https://user:" + plantedPassword + "@example.com/?key=" + plantedPassword, "https://" + plantedPassword + ":x", "http://example.com?" + plantedPassword} {
		option := connectorsecrets.WithBaseURL(password)
		_, err := connectorsecrets.New(connectorsecrets.APIKey(plantedCredential), option)
		if err == nil {
			t.Error("the base URL was accepted")
		}
		for _, err := range chain(err) {
			check(t, "error", renderings(err))
		}
		check(t, "option", renderings(option))
	}
	for _, bad := range []connectorsecrets.Credential{
		connectorsecrets.APIKey(plantedCredential + "\n" + plantedCredential), connectorsecrets.BearerToken("é" + plantedCredential), connectorsecrets.RawAuthorization(plantedCredential + "\x00"),
	} {
		_, err := connectorsecrets.New(bad)
		for _, err := range chain(err) {
			check(t, "error", renderings(err))
		}
	}

	source := func(context.Context) (string, error) { return plantedCredential, nil }
	for kind, credential := range map[string]connectorsecrets.Credential{
		"API key": connectorsecrets.APIKey(plantedCredential), "token": connectorsecrets.BearerToken("Bearer " + plantedCredential),
		"raw": connectorsecrets.RawAuthorization(plantedCredential), "source": connectorsecrets.TokenSource(source),
	} {
		check(t, "credential", renderings(credential)+renderings(&credential))
		option := connectorsecrets.WithCredential(credential)
		check(t, "option", renderings(option))
		client, err := connectorsecrets.New(credential, connectorsecrets.WithHeader("X-Planted", plantedValue))
		if err != nil {
			t.Fatal(kind, err)
		}
		check(t, "client", renderings(client)+renderings(*client))
	}

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
			check(t, "options", renderings(options))
			_, list, err := row.drive(t, options...)
			check(t, "log", log.String())
			checkLog(t, log.String())
			logged.Add(int64(strings.Count(log.String(), "\n")))
			if list != nil {
				check(t, "list", renderings(list)+renderings(*list)+renderings(list.Response))
			}
			for _, err := range chain(err) {
				check(t, fmt.Sprintf("%T", err), err.Error()+renderings(err))
			}
			var unexpected *connectorsecrets.UnexpectedResponseError
			if errors.As(err, &unexpected) && unexpected.Partial != nil {
				check(t, "partial list", renderings(*unexpected.Partial))
			}
		})
	}
}

// checkLog compares every line with the list of what may be logged.
func checkLog(t *testing.T, log string) {
	t.Helper()
	allowed := []string{
		"time", "level", "source", "msg",
		"operation", "method", "host", "path", "attempt", "status", "duration", "request_id", "wait",
	}
	for line := range strings.Lines(log) {
		if !strings.HasPrefix(line, "{") {
			continue
		}
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatal(err)
		}
		for name := range fields {
			if !slices.Contains(allowed, name) {
				t.Errorf("%s is logged: %s", name, line)
			}
		}
		if fields["path"] != "/v1/teams/936506/connector_builder/connectors/T3S70/secrets" {
			t.Errorf("logged %s", line)
		}
	}
}
