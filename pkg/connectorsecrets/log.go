package connectorsecrets

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// logAttempts logs each attempt that was sent, and its outcome. It lists every logged value one by one, so that nothing
// gets into the log as part of something else.
func logAttempts(logger *slog.Logger, next step) step {
	if logger == nil {
		return next
	}
	return func(ctx context.Context, c *call) (*answer, error) {
		start, sent := time.Now(), c.attempts
		a, err := next(ctx, c)
		if c.attempts == sent || !logger.Enabled(ctx, slog.LevelDebug) {
			return a, err
		}
		status, requestID := 0, "" // 0 means that there was no response
		var apiError *APIError
		var unexpected *UnexpectedResponseError
		switch {
		case err == nil:
			status = a.StatusCode
		case errors.As(err, &apiError):
			status, requestID = apiError.Response.StatusCode, apiError.ErrorMeta.RequestID
		case errors.As(err, &unexpected):
			status = unexpected.Response.StatusCode
		}
		attributes := append(c.logged(), slog.Int("status", status), slog.Duration("duration", time.Since(start)))
		if requestID != "" {
			attributes = append(attributes, slog.String("request_id", shown(requestID, maxShownID)))
		}
		logger.LogAttrs(ctx, slog.LevelDebug, "attempt", attributes...)
		return a, err
	}
}

// logWait logs the wait before a retry.
func logWait(ctx context.Context, logger *slog.Logger, c *call, wait time.Duration) {
	if logger != nil && logger.Enabled(ctx, slog.LevelInfo) {
		logger.LogAttrs(ctx, slog.LevelInfo, "waiting for the next attempt", append(c.logged(), slog.Duration("wait", wait))...)
	}
}

func (c *call) logged() []slog.Attr {
	attributes := []slog.Attr{
		slog.String("operation", c.id),
		slog.String("method", c.method),
		slog.String("path", c.path),
	}
	return append(append(attributes, c.LogAttributes()...), slog.Int("attempt", c.attempts))
}
