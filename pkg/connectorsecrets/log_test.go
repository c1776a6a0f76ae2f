package connectorsecrets_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// TestWithLogger_LogsAttemptsAndWaits compares every line with the expected one, under fake time.
func TestWithLogger_LogsAttemptsAndWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		_, transport := startPipeServer(t, status(429, "Retry-After", "7"), hang(""), ok)
		client := retryClient(t, transport, connectorsecrets.WithLogger(logger), connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{BaseDelay: 1}))
		if _, err := client.List(context.Background(), testTeam, testConnector); err != nil {
			t.Fatal(err)
		}
		line := func(level, message string, attempt int, more map[string]any) map[string]any {
			all := map[string]any{
				"level": level, "msg": message, "operation": secretsapi.ListConnectorSecretsID, "method": "GET", "host": "localhost",
				"path": "/v1/teams/936506/connector_builder/connectors/T3S70/secrets", "attempt": float64(attempt),
			}
			maps.Copy(all, more)
			return all
		}
		const attempt, wait = "attempt", "waiting for the next attempt"
		want := []map[string]any{
			line("DEBUG", attempt, 1, map[string]any{"status": 429., "duration": 0., "request_id": requestID}),
			line("INFO", wait, 1, map[string]any{"wait": float64(7 * time.Second)}),
			line("DEBUG", attempt, 2, map[string]any{"status": 0., "duration": float64(30 * time.Second)}),
			line("INFO", wait, 2, map[string]any{"wait": 0.}),
			line("DEBUG", attempt, 3, map[string]any{"status": 200., "duration": 0.}),
		}
		var got []map[string]any
		for decoder := json.NewDecoder(&log); ; {
			var fields map[string]any
			if err := decoder.Decode(&fields); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			delete(fields, "time")
			if wait, ok := fields["wait"].(float64); ok && wait <= 2 {
				fields["wait"] = 0. // random, but at most two nanoseconds
			}
			got = append(got, fields)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestWithLogger_LevelsAreTheLoggers(t *testing.T) {
	server := answer(t, 200, oneSecret)
	var log bytes.Buffer
	client := newClient(t, server.URL, connectorsecrets.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	if _, err := client.List(context.Background(), testTeam, testConnector); err != nil || log.Len() > 0 {
		t.Errorf("error %v, logged %s", err, log.String())
	}
}

// TestWithLogger_LogsWhatWasSent, with the status of every response.
func TestWithLogger_LogsWhatWasSent(t *testing.T) {
	noToken := connectorsecrets.TokenSource(func(context.Context) (string, error) { return "", io.EOF })
	for want, call := range map[string][]connectorsecrets.CallOption{`"status":204`: nil, "": {connectorsecrets.WithCredential(noToken)}} {
		var log bytes.Buffer
		logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		_, _ = newClient(t, answer(t, 204, "").URL, connectorsecrets.WithLogger(logger)).List(context.Background(), testTeam, testConnector, call...)
		if got := log.String(); !strings.Contains(got, want) || (got == "") != (want == "") {
			t.Errorf("logged %q, want %q", got, want)
		}
	}
}
