package connectorsecrets

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"
)

// pathTemplate stands for the path in logs. A test holds it to the specification.
const pathTemplate = "/v1/teams/{team_id}/connector_builder/connectors/{connector_identifier}/secrets"

// logAttempt logs what came of an attempt. Status 0 means that no answer came. What is logged is listed here one by one,
// so that nothing gets into a log by being part of something else.
func (c *Client) logAttempt(ctx context.Context, r *run, start time.Time, status int, err error) {
	if c.logger == nil || !c.logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attributes := append(r.logged(), slog.Int("status", status), slog.Duration("duration", time.Since(start)))
	var apiError *APIError
	if errors.As(err, &apiError) && apiError.RequestID != "" {
		attributes = append(attributes, slog.String("request_id", apiError.RequestID))
	}
	c.logger.LogAttrs(ctx, slog.LevelDebug, "attempt to list connector secrets", attributes...)
}

// logWait logs the wait before the next attempt.
func (c *Client) logWait(ctx context.Context, r *run, wait time.Duration) {
	if c.logger == nil || !c.logger.Enabled(ctx, slog.LevelInfo) {
		return
	}
	c.logger.LogAttrs(ctx, slog.LevelInfo, "waiting to list connector secrets again",
		append(r.logged(), slog.Duration("wait", wait))...)
}

func (r *run) logged() []slog.Attr {
	return []slog.Attr{
		slog.String("method", http.MethodGet),
		slog.String("path", pathTemplate),
		slog.Int64("team", r.teamID),
		slog.String("connector", r.connectorID),
		slog.Int("attempt", r.attempts),
	}
}
