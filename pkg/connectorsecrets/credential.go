package connectorsecrets

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
)

// Environment variables of [CredentialFromEnv].
const (
	// EnvAPIKey holds an API key. The vendor's own clients read it too.
	EnvAPIKey = "SUPERMETRICS_API_KEY"
	// EnvBearerToken holds an OAuth token. It is read only if EnvAPIKey is not set.
	EnvBearerToken = "SUPERMETRICS_BEARER_TOKEN"
)

// Credential authenticates requests. Make one with [APIKey], [BearerToken], [TokenSource], [RawAuthorization] or
// [CredentialFromEnv]. [New] refuses the zero value.
//
// A Credential never shows its secret: it prints as REDACTED under every formatting verb, in JSON and in slog.
type Credential struct {
	// The secret is in a function behind a pointer, where code that walks the fields of a struct can't reach it.
	*source
}

// source returns the value of the Authorization header field.
type source struct {
	ask func(context.Context) (string, error)
	// changes is set if ask may return another value each time.
	changes bool
}

const bearerScheme = "Bearer"

// APIKey is an API key from the Supermetrics Hub. It needs the scope cb_secrets_read. It is sent as "Authorization: Bearer
// <key>", the form that the vendor documents. To send the bare key, use [RawAuthorization].
//
// White space around the key and a leading "Bearer " are removed. [New] and [WithCredential] refuse an empty key and a key
// that is not a token of RFC 6750, section 2.1, and say why, such as that it has quotes around it.
func APIKey(key string) Credential { return fixed(bearer("API key", key)) }

// BearerToken is an OAuth token. It is sent, cleaned and checked like an [APIKey].
func BearerToken(token string) Credential { return fixed(bearer("bearer token", token)) }

// RawAuthorization sends value in the Authorization header field. It is for a gateway that expects the bare API key or
// another scheme. White space around it is removed. It must be printable ASCII.
func RawAuthorization(value string) Credential {
	return fixed(check("authorization", strings.TrimSpace(value), printable, "printable ASCII"))
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
func (c Credential) check() error {
	if c.source == nil {
		return refuse("credential", "missing: use APIKey, BearerToken or CredentialFromEnv", nil)
	}
	if c.changes {
		return nil
	}
	_, err := c.ask(context.Background())
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
	value = strings.TrimSpace(value)
	// People copy the value together with the scheme. Scheme names are case-insensitive (RFC 9110, section 11.1).
	if words := strings.Fields(value); len(words) > 0 && strings.EqualFold(words[0], bearerScheme) {
		value = strings.TrimSpace(value[len(bearerScheme):])
	}
	if _, err := check(name, strings.TrimRight(value, "="), tokenCharacters, "letters, digits and -._~+/ with = at the end"); err != nil {
		return "", err
	}
	return bearerScheme + " " + value, nil
}

const (
	tokenCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/"
	printable       = tokenCharacters + " !\"#$%&'()*,:;<=>?@[\\]^`{|}"
)

// check returns value, or an error that says which of its characters is not allowed.
func check(name, value, allowed, form string) (string, error) {
	if value == "" {
		return "", refuse(name, "must not be empty", nil)
	}
	rest := strings.TrimLeft(value, allowed)
	if rest == "" {
		return value, nil
	}
	what := "another character: was it copied whole and from plain text?"
	for characters, meaning := range pasted {
		if strings.IndexAny(rest, characters) == 0 {
			what = meaning
		}
	}
	return "", refuse(name, fmt.Sprintf("must be only %s, but byte %d is %s", form, len(value)-len(rest)+1, what), nil)
}

// pasted are the characters that people tend to copy together with a credential.
var pasted = map[string]string{
	"\"'`“”„‘’«»":   "a quote: leave the quotes out",
	"$%{<":          "that of a placeholder such as ${NAME}: nothing has replaced it",
	"=":             "that of NAME=value: leave the name out",
	" \t\r\n\u00a0": "white space",
}

// String returns REDACTED.
func (c Credential) String() string { return redacted }

// Format writes REDACTED under every verb.
func (c Credential) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, redacted) }

// MarshalText returns REDACTED, for JSON, slog and all other text encodings.
func (c Credential) MarshalText() ([]byte, error) { return []byte(redacted), nil }
