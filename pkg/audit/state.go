package audit

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// StateOf returns the state of a connector from its result of [connectorsecrets.Client.ListEach] under ctx. It is [StateOK]
// if the connector was read, and [StateError] if its request failed, or still waited for a response when ctx was cancelled.
// It is [StateNotAsked] with a reason if the run ended first, or if ctx ended with a cause of its own, which is the reason then.
// The reason does not mention the connector whose response ended the run.
func StateOf(ctx context.Context, result connectorsecrets.Result) (State, string) {
	response, isResponse := errors.AsType[*connectorsecrets.APIError](result.Err)
	_, isTransport := errors.AsType[*connectorsecrets.TransportError](result.Err)
	isEnd := ctx.Err() != nil && errors.Is(result.Err, ctx.Err())
	cause := context.Cause(ctx)
	switch {
	case result.Err == nil:
		return StateOK, ""
	case isEnd && !errors.Is(cause, ctx.Err()):
		return StateNotAsked, cause.Error()
	case result.Asked:
		return StateError, ""
	case isEnd && errors.Is(cause, context.Canceled):
		return StateNotAsked, "interrupted"
	case isEnd:
		return StateNotAsked, cause.Error()
	case isResponse && response.Response.StatusCode == http.StatusUnauthorized:
		return StateNotAsked, "the API refused their credential"
	case isResponse && response.Response.RetryAfter > 0:
		return StateNotAsked, "rate limit used up, try again in " + roughly(response.Response.RetryAfter)
	case isResponse:
		return StateNotAsked, "rate limit used up, try again later"
	case isTransport: // nothing answers
		return StateNotAsked, strings.TrimPrefix(result.Err.Error(), "not asked, because ")
	default: // refused before the request
		return StateError, ""
	}
}

// roughly returns a duration in minutes, or in seconds if it is at most a minute. It rounds up, so that calls shortly after
// one another return the same text.
func roughly(d time.Duration) string {
	unit := time.Minute
	if d <= time.Minute {
		unit = time.Second
	}
	text := (d + unit - 1).Truncate(unit).String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-len("0s")]
		}
	}
	return text
}
