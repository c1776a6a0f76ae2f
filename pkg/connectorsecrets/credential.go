package connectorsecrets

import (
	"context"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"strings"
)

// Environment variables that [CredentialFromEnv] reads.
const (
	// EnvAPIKey holds an API key. The vendor's own clients read the same variable.
	EnvAPIKey = "SUPERMETRICS_API_KEY"
	// EnvBearerToken holds an OAuth token. It is read if EnvAPIKey is not set.
	EnvBearerToken = "SUPERMETRICS_BEARER_TOKEN"
)

// Credential is what authenticates a request. Make one with [APIKey], [BearerToken], [TokenSource],
// [RawAuthorization] or [CredentialFromEnv]; the zero value is no credential, and [New] refuses it.
//
// It never shows what it holds: it prints as REDACTED under every formatting verb, in JSON and in slog.
type Credential struct {
	// Behind a pointer and in a function, so that nothing which walks the fields of a struct (fmt on an unexported field, a
	// debugger's dump, a deep copy into a log) can meet the secret, and two credentials can be compared.
	*source
}

// source gives the value of an Authorization header.
type source struct {
	ask func(context.Context) (string, error)
	// changes is set if it may answer differently when it is asked again.
	changes bool
	// hash is of a value that never changes. Two credentials with the same value have the same.
	hash uint64
}

const bearerScheme = "Bearer"

var hashSeed = maphash.MakeSeed()

// key tells credentials apart, and is the same for the same fixed value.
func (c Credential) key() any {
	if c.changes {
		return c.source
	}
	return c.hash
}

// APIKey is an API key from the Supermetrics Hub, which needs the scope cb_secrets_read. It is sent as
// "Authorization: Bearer <key>", the form that the vendor documents; see [RawAuthorization] for the bare key.
//
// White space around the key and a leading "Bearer " are removed. [New] and [WithCredential] refuse an empty key and
// one with control or non-ASCII characters.
func APIKey(key string) Credential {
	return fixed(bearer("API key", key))
}

// BearerToken is an OAuth token. It is sent, cleaned and checked as described at [APIKey].
func BearerToken(token string) Credential {
	return fixed(bearer("bearer token", token))
}

// RawAuthorization sends value as it is as the Authorization header, for a gateway that wants the bare API key or a
// scheme of its own. White space around it is removed; an empty value and control or non-ASCII characters are refused.
func RawAuthorization(value string) Credential {
	return fixed(checkAuthorization("authorization", strings.TrimSpace(value)))
}

// TokenSource asks for an OAuth token before every attempt, so that a retry never goes out with a token that has expired in
// the meantime. After a 401 it asks once more, and the request is repeated. Its tokens are cleaned and checked as described
// at [APIKey].
//
// The function must be safe for concurrent use and should end with the context: the call does, and leaves it behind on a
// goroutine of its own. Its errors reach the caller unchanged inside an [*ArgumentError]; they must not hold the token.
func TokenSource(ask func(context.Context) (string, error)) Credential {
	if ask == nil {
		return fixed("", &ArgumentError{Argument: "token source", Reason: "must not be nil", Credential: true})
	}
	return Credential{&source{changes: true, ask: func(ctx context.Context) (string, error) {
		token, err := ask(ctx)
		if err != nil {
			return "", &ArgumentError{Argument: "token source", Reason: "gave no token", Err: err, Credential: true}
		}
		return bearer("token from the token source", token)
	}}}
}

// CredentialFromEnv reads the credential from the environment: [EnvAPIKey], or [EnvBearerToken] if that is not set. An
// empty variable counts as not set. If neither is set, [New] says so.
func CredentialFromEnv() Credential {
	if key := strings.TrimSpace(os.Getenv(EnvAPIKey)); key != "" {
		return fixed(bearer(EnvAPIKey, key))
	}
	if token := strings.TrimSpace(os.Getenv(EnvBearerToken)); token != "" {
		return fixed(bearer(EnvBearerToken, token))
	}
	return fixed("", &ArgumentError{
		Argument:   "credential",
		Reason:     "none in the environment: set " + EnvAPIKey + " to an API key, or " + EnvBearerToken + " to an OAuth token",
		Credential: true,
	})
}

// fixed is a credential that never changes. An error is kept for [New] to return, which lets the constructors stand
// inside the call of New.
func fixed(authorization string, err error) Credential {
	return Credential{&source{
		ask:  func(context.Context) (string, error) { return authorization, err },
		hash: maphash.String(hashSeed, authorization),
	}}
}

// check returns what is wrong with a credential, as far as that can be known without asking a token source.
func (c Credential) check() error {
	if c.source == nil {
		return &ArgumentError{Argument: "credential", Reason: "missing: use APIKey, BearerToken or CredentialFromEnv", Credential: true}
	}
	if c.changes {
		return nil
	}
	_, err := c.ask(context.Background())
	return err
}

// bearer makes the Authorization header's value from a key or token. The name says in errors which one was refused.
func bearer(name, value string) (string, error) {
	const scheme = bearerScheme
	value = strings.TrimSpace(value)
	// People copy the value together with the scheme. Scheme names have no case (RFC 9110, section 11.1).
	if len(value) >= len(scheme) && strings.EqualFold(value[:len(scheme)], scheme) {
		if rest := value[len(scheme):]; rest == "" || rest[0] == ' ' || rest[0] == '\t' {
			value = strings.TrimSpace(rest)
		}
	}
	value, err := checkAuthorization(name, value)
	if err != nil {
		return "", err
	}
	return scheme + " " + value, nil
}

func checkAuthorization(name, value string) (string, error) {
	if value == "" {
		return "", &ArgumentError{Argument: name, Reason: "must not be empty", Credential: true}
	}
	for i := range len(value) {
		if value[i] < 0x20 || value[i] > 0x7e {
			return "", &ArgumentError{
				Argument:   name,
				Reason:     fmt.Sprintf("must be printable ASCII, but byte %d is not; was it copied whole and from plain text?", i+1),
				Credential: true,
			}
		}
	}
	return value, nil
}

// authorize asks for the value of the Authorization header. It returns when ctx ends, even if a token source does not.
func (c Credential) authorize(ctx context.Context) (string, error) {
	if !c.changes {
		return c.ask(ctx)
	}
	q := &question{source: c.source, ctx: ctx}
	if !await(ctx, q) {
		return "", ctx.Err()
	}
	return q.authorization, q.err
}

// question is put to a token source.
type question struct {
	*source
	ctx           context.Context
	authorization string
	err           error
}

func (q *question) run() { q.authorization, q.err = q.ask(q.ctx) }

// String returns REDACTED.
func (c Credential) String() string { return redacted }

// Format writes REDACTED, whatever the verb.
func (c Credential) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, redacted) }

// MarshalText returns REDACTED, for JSON, slog and every other text encoding.
func (c Credential) MarshalText() ([]byte, error) { return []byte(redacted), nil }
