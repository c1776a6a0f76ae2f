// Package connectorsecrets lists the secrets of Supermetrics connectors: their names and placeholders, never their
// values.
//
// A connector that people build themselves needs secrets, such as API keys and OAuth client secrets. They are kept in a
// store, and the connector's configuration refers to them by placeholders. One that is missing shows up at run time as an
// authentication error without a name; this package tells which one it is:
//
//	client, err := connectorsecrets.New(connectorsecrets.CredentialFromEnv())
//	...
//	list, err := client.List(ctx, 936506, "T3S70")
//	...
//	missing := list.Missing("client_id", "client_secret")
//
// # What a call does
//
// The specification of the API is api/openapi.yaml in this repository. What it says is generated from it: models and
// their readers, checks of parameters, the request, error codes. This package adds what the API's users need around them:
//
//	situation                                   what the client does
//	------------------------------------------  ------------------------------------------------------------------
//	status 429, 500, 502, 503, 504, or a        tries again: 4 attempts in all, pauses drawn between 0 and 0.5 s,
//	connection that fails, also in mid-answer   1 s, 2 s … up to 20 s; all of it set by [WithRetry]
//	Retry-After, in seconds or as a date        waits that long; if that is more than 60 s or than the context
//	                                            has left, returns the [*APIError] at once, with the delay in it
//	a kept connection that had died             repeats the request once, on another one, in its turn; ends the attempt
//	                                            if that fails in the same way
//	a certificate that is refused               returns the [*TransportError] at once
//	attempts used up                            returns the last answer's own error
//	nothing answers                             ends the attempt after 30 s ([WithTimeout]); the context ends all
//	a 401 with a [TokenSource]                  asks for another token and tries once more
//	any other status from 400 to 599            returns the [*APIError], whatever the body is
//	a 200 that can't be right                   returns an [*UnexpectedResponseError], never an empty list
//	a redirect                                  does not follow it, and says to which scheme and host it pointed
//	a list with the credential in it            returns an [*UnexpectedResponseError]
//	http:// to another host than loopback       refuses it, unless [WithInsecureHTTP]
//	a body over 1 MiB, after decompression      refuses it, with bounded memory
//	unknown properties and header fields        ignores them, and keeps nothing of them
//	lengths and patterns of an answer's texts   does not look at them: a server that relaxes one costs nobody an answer
//
// # Many connectors
//
// [Client.ListEach] lists many connectors with a few workers that share one pace: 20 requests a second unless [WithPace]
// says otherwise. The results come in the order asked, and each connector has its list or its own error.
//
// # Credentials
//
// A [Credential] prints as REDACTED everywhere, and a client, an option, an error or a log line never holds one in a form
// that can be printed. See [WithLogger] for the short list of what is logged.
//
// A credential that a server repeats is replaced by REDACTED, also where it is escaped as in URLs or JSON, in the other case,
// or with white space inside. One of fewer than 8 characters is replaced only as a word of its own, because it can be a
// part of any word.
//
// Two things are out of this package's hands. What a server sends after the end of its answer, [net/http] itself reports to
// the standard logger, and quotes: to rule that out, give package log another output. And a response of HTTP/1 does not say
// which request it is for. A connection on which anything has come unasked is not used again, but a second response that
// arrives when the next request is under way is taken for its response. With a gateway that sent every response twice, that
// happened to none of 20,000 lists where both came in one write, and to 48 where they came in two, without a pace.
package connectorsecrets
