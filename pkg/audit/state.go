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
// if the connector was read, [StateError] if its request failed, and [StateNotAsked] with a reason if the run ended first.
// The reason does not mention the connector whose response ended the run.
func StateOf(ctx context.Context, result connectorsecrets.Result) (State, string) {
	var response *connectorsecrets.APIError
	switch {
	case result.Err == nil:
		return StateOK, ""
	case ctx.Err() != nil && errors.Is(result.Err, ctx.Err()):
		if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
			return StateNotAsked, cause.Error()
		}
		return StateNotAsked, "interrupted"
	case result.Asked || !errors.As(result.Err, &response):
		return StateError, ""
	case response.Response.StatusCode == http.StatusUnauthorized:
		return StateNotAsked, "the API refused their credential"
	default:
		return StateNotAsked, "rate limit used up, try again in " + roughly(response.Response.RetryAfter)
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
