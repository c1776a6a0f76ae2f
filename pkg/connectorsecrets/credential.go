package connectorsecrets

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

// Environment variables of [CredentialFromEnv].
const (
	EnvAPIKey      = "SUPERMETRICS_API_KEY"      // an API key; the vendor's own clients read it too
	EnvBearerToken = "SUPERMETRICS_BEARER_TOKEN" // an OAuth token, read only if EnvAPIKey is not set
)

// Credential authenticates requests. Make one with [APIKey], [BearerToken], [TokenSource], [RawAuthorization] or
// [CredentialFromEnv]. It never shows its secret: it prints as REDACTED under every formatting verb, in JSON and in slog.
type Credential struct {
	*source // with the secret in a function, where code that walks through fields can't reach it
}

// source returns the value of the Authorization header field.
type source struct {
	ask     func(context.Context) (string, error)
	changes bool // whether ask may return another value each time
}

const bearerScheme = "Bearer"

// APIKey is an API key from the Supermetrics Hub. It needs the scope cb_secrets_read. It is sent as "Authorization: Bearer
// <key>", the form that the vendor documents. To send the bare key, use [RawAuthorization].
//
// White space around it and a leading "Bearer " are removed. [New] and [WithCredential] refuse what can't be a key and say why: it
// is empty or a placeholder such as ${NAME}, is in quotes, has white space or no printable ASCII inside, or NAME= before it.
func APIKey(key string) Credential { return fixed(bearer("API key", key)) }

// BearerToken is an OAuth token. It is sent, cleaned and checked like an [APIKey].
func BearerToken(token string) Credential { return fixed(bearer("bearer token", token)) }

// RawAuthorization sends value in the Authorization header field. It is for a gateway that expects the bare API key or
// another scheme. White space around it is removed. It must be printable ASCII.
func RawAuthorization(value string) Credential {
	return fixed(printable("authorization", strings.TrimSpace(value)))
}

// TokenSource calls ask for an OAuth token before every attempt, so that no retry uses an expired token. After a 401 it
// calls ask once more and repeats the request. Tokens are cleaned and checked like an [APIKey].
//
// The function must be safe for concurrent use and return when its context ends. An error of ask reaches the caller
// unchanged inside an [*ArgumentError], so it must not contain the token.
func TokenSource(ask func(context.Context) (string, error)) Credential {
	if ask == nil {
		return fixed("", refuse("token source", "must not be nil", nil))
	}
	return Credential{&source{changes: true, ask: func(ctx context.Context) (string, error) {
		token, err := ask(ctx)
		if err != nil {
			return "", refuse("token source", "returned no token", err)
		}
		return bearer("token from the token source", token)
	}}}
}

// CredentialFromEnv reads the credential from the environment: from [EnvAPIKey], or from [EnvBearerToken] if that is not
// set. An empty variable counts as not set. If neither is set, [New] returns an error that says so.
func CredentialFromEnv() Credential {
	for _, name := range []string{EnvAPIKey, EnvBearerToken} {
		if value := strings.TrimSpace(os.Getenv(name)); value != "" {
			return fixed(bearer(name, value))
		}
	}
	const reason = "none in the environment: set " + EnvAPIKey + " to an API key, or " + EnvBearerToken + " to an OAuth token"
	return fixed("", refuse("credential", reason, nil))
}

// fixed returns a credential that never changes. It keeps an error for [New], so that constructors can be arguments of New.
func fixed(authorization string, err error) Credential {
	return Credential{&source{ask: func(context.Context) (string, error) { return authorization, err }}}
}

func refuse(name, reason string, err error) error {
	return &ArgumentError{Argument: name, Reason: reason, Err: err, Credential: true}
}

// check returns what is wrong with a credential, as far as it can tell without calling a token source.
func (c Credential) check() (err error) {
	if c.source == nil {
		return refuse("credential", "missing: use APIKey, BearerToken or CredentialFromEnv", nil)
	}
	if !c.changes {
		_, err = c.ask(context.Background())
	}
	return err
}

// key identifies a credential. Two credentials with the same fixed value have the same key.
func (c Credential) key() any {
	if c.changes {
		return c.source
	}
	authorization, _ := c.ask(context.Background())
	return authorization
}

// bearer returns the value of the Authorization header field for a key or token. Errors name the refused value with name.
func bearer(name, value string) (string, error) {
	value = copied.ReplaceAllString(strings.TrimSpace(value), "")
	for _, mistake := range mistakes {
		if mistake.pattern.MatchString(value) {
			return "", refuse(name, mistake.reason, nil)
		}
	}
	if _, err := printable(name, value); err != nil {
		return "", err
	}
	return bearerScheme + " " + value, nil
}

// copied is the scheme, which people copy together with the value. Its case does not matter (RFC 9110, section 11.1).
var copied = regexp.MustCompile(`(?i)^bearer(\s+|$)`)

// mistakes are what can't be meant as a key or token: what else got in with it, or a placeholder that nothing has replaced. All
// other printable characters may be part of a real one.
var mistakes = []struct {
	pattern *regexp.Regexp
	reason  string
}{
	{regexp.MustCompile(`^=*$`), "must not be empty"},
	{regexp.MustCompile("^[\"'`“”„‘’«»]|[\"'`“”„‘’«»]$"), "has a quote at its beginning or end: leave the quotes out, also in a file for docker run --env-file"},
	{regexp.MustCompile(`\$\{.*\}|^\$[A-Z][A-Z0-9_]*$|^%[A-Z0-9_]+%$|\{\{.*\}\}|^<.*>$`), "is a placeholder, such as ${NAME}, that nothing has replaced by its value"},
	{regexp.MustCompile(`(?i)^(proxy-)?authorization\s*:`), "has the name of the header field before it: leave out Authorization:"},
	{regexp.MustCompile(`^(export\s+)?([A-Z][A-Z0-9_]*|(?i:[a-z0-9_]*(key|token|secret)))=[^=]`), "has the name of a variable before it: leave out NAME="},
	{regexp.MustCompile(`[\s\p{Z}]`), "has white space or a line break inside: was it copied as one piece?"},
}

// printable returns value, or an error if it can't be sent in a header field.
func printable(name, value string) (string, error) {
	if value == "" {
		return "", refuse(name, "must not be empty", nil)
	}
	if at := strings.IndexFunc(value, func(r rune) bool { return r < ' ' || r > '~' }); at >= 0 {
		return "", refuse(name, fmt.Sprintf("must be printable ASCII, but byte %d is not; was it copied whole and from plain text?", at+1), nil)
	}
	return value, nil
}

// String returns REDACTED.
func (c Credential) String() string { return redacted }

// Format writes REDACTED under every verb.
func (c Credential) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, redacted) }

// MarshalText returns REDACTED, for JSON, slog and all other text encodings.
func (c Credential) MarshalText() ([]byte, error) { return []byte(redacted), nil }
