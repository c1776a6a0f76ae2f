package connectorsecrets

import (
	"context"
	"fmt"
	"hash/maphash"
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
	// The secret is in a function behind a pointer. Code that walks the fields of a struct, such as fmt or a debug dump,
	// can't reach it there, and credentials stay comparable.
	*source
}

// source returns the value of the Authorization header field.
type source struct {
	ask func(context.Context) (string, error)
	// changes is set if ask may return another value each time.
	changes bool
	// hash is the hash of a fixed value. Equal values have equal hashes.
	hash uint64
}

const bearerScheme = "Bearer"

var hashSeed = maphash.MakeSeed()

// key identifies a credential. Two credentials with the same fixed value have the same key.
func (c Credential) key() any {
	if c.changes {
		return c.source
	}
	return c.hash
}

// APIKey is an API key from the Supermetrics Hub. It needs the scope cb_secrets_read. It is sent as "Authorization: Bearer
// <key>", the form that the vendor documents. To send the bare key, use [RawAuthorization].
//
// White space around the key and a leading "Bearer " are removed. [New] and [WithCredential] refuse an empty key and a key
// with control or non-ASCII characters.
func APIKey(key string) Credential {
	return fixed(bearer("API key", key))
}

// BearerToken is an OAuth token. It is sent, cleaned and checked like an [APIKey].
func BearerToken(token string) Credential {
	return fixed(bearer("bearer token", token))
}

// RawAuthorization sends value unchanged in the Authorization header field. It is for a gateway that expects the bare API
// key or another scheme. White space around value is removed. An empty value and control or non-ASCII characters are
// refused.
func RawAuthorization(value string) Credential {
	return fixed(checkAuthorization("authorization", strings.TrimSpace(value)))
}

// TokenSource calls ask for an OAuth token before every attempt, so that no retry uses an expired token. After a 401 it
// calls ask once more and repeats the request. Tokens are cleaned and checked like an [APIKey].
//
// The function must be safe for concurrent use and should return when its context ends. The call itself does not wait
// longer: it leaves ask running on a goroutine of its own. An error of ask reaches the caller unchanged inside an
// [*ArgumentError], so it must not contain the token.
func TokenSource(ask func(context.Context) (string, error)) Credential {
	if ask == nil {
		return fixed("", &ArgumentError{Argument: "token source", Reason: "must not be nil", Credential: true})
	}
	return Credential{&source{changes: true, ask: func(ctx context.Context) (string, error) {
		token, err := ask(ctx)
		if err != nil {
			return "", &ArgumentError{Argument: "token source", Reason: "returned no token", Err: err, Credential: true}
		}
		return bearer("token from the token source", token)
	}}}
}

// CredentialFromEnv reads the credential from the environment: from [EnvAPIKey], or from [EnvBearerToken] if that is not
// set. An empty variable counts as not set. If neither is set, [New] returns an error that says so.
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

// fixed returns a credential that never changes. It keeps an error for [New] to return, so that the constructors can be
// called inside the call of New.
func fixed(authorization string, err error) Credential {
	return Credential{&source{
		ask:  func(context.Context) (string, error) { return authorization, err },
		hash: maphash.String(hashSeed, authorization),
	}}
}

// check returns what is wrong with a credential, as far as it can tell without calling a token source.
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

// bearer returns the value of the Authorization header field for a key or token. Errors name the refused value with name.
func bearer(name, value string) (string, error) {
	const scheme = bearerScheme
	value = strings.TrimSpace(value)
	// People copy the value together with the scheme. Scheme names are case-insensitive (RFC 9110, section 11.1).
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

// authorize returns the value of the Authorization header field. It returns when ctx ends, even if the token source does
// not.
func (c Credential) authorize(ctx context.Context) (string, error) {
	if !c.changes {
		return c.ask(ctx)
	}
	q := &tokenRequest{source: c.source, ctx: ctx}
	if !await(ctx, q) {
		return "", ctx.Err()
	}
	return q.authorization, q.err
}

// tokenRequest is one call of a token source.
type tokenRequest struct {
	*source
	ctx           context.Context
	authorization string
	err           error
}

func (q *tokenRequest) run() { q.authorization, q.err = q.ask(q.ctx) }

// String returns REDACTED.
func (c Credential) String() string { return redacted }

// Format writes REDACTED under every verb.
func (c Credential) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, redacted) }

// MarshalText returns REDACTED, for JSON, slog and all other text encodings.
func (c Credential) MarshalText() ([]byte, error) { return []byte(redacted), nil }
