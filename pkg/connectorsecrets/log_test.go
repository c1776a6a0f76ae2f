package connectorsecrets_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// TestWithLogger_LogsAttemptsAndWaits compares every line with the expected one, under fake time.
func TestWithLogger_LogsAttemptsAndWaits(t *testing.T) {
	bubble(t, script{status(429, "Retry-After", "7"), hang(""), ok}, func(t *testing.T, server *pipeServer) {
		var log bytes.Buffer
		logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		if _, _, err := timed(t.Context(), retryClient(t, server.option, connectorsecrets.WithLogger(logger), retry(4))); err != nil {
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
		for decoder := json.NewDecoder(&log); decoder.More(); {
			var fields map[string]any
			if err := decoder.Decode(&fields); err != nil {
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

// TestWithLogger_LogsWhatWasSent, at the level of the logger.
func TestWithLogger_LogsWhatWasSent(t *testing.T) {
	for _, test := range []struct {
		level  slog.Level
		status int
		option connectorsecrets.Option
		want   string
	}{
		{slog.LevelDebug, 204, nil, `"status":204`}, {slog.LevelDebug, 404, nil, `"status":404`}, {slog.LevelInfo, 200, nil, ""},
		{slog.LevelDebug, 200, connectorsecrets.WithCredential(tokens("")), ""},
	} {
		var log bytes.Buffer
		logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: test.level}))
		_, _ = list(t, answer(t, test.status, "").URL, connectorsecrets.WithLogger(logger), test.option)
		if got := log.String(); !strings.Contains(got, test.want) || (got == "") != (test.want == "") || strings.Contains(got, "request_id") {
			t.Errorf("logged %q, want %q", got, test.want)
		}
	}
}
