// Package connectorsecrets lists the secrets of Supermetrics connectors: their names and placeholders, never their
// values.
//
// A custom connector needs secrets, such as API keys and OAuth client secrets. Supermetrics keeps them in a store, and the
// connector's configuration refers to them by placeholders. If one is missing, the connector fails at run time with an
// authentication error that does not name it. This package tells you which one is missing:
//
//	client, err := connectorsecrets.New(connectorsecrets.CredentialFromEnv())
//	...
//	list, err := client.List(ctx, 936506, "T3S70")
//	...
//	missing := list.Missing("client_id", "client_secret")
//
// # What a call does
//
// The API's specification is api/openapi.yaml in this repository. The models, their readers, the parameter checks, the
// request and the error codes are generated from it. This package adds what a client needs around them:
//
//	situation                                   what the client does
//	------------------------------------------  ------------------------------------------------------------------
//	status 429, 500, 502, 503 or 504; a         retries: 4 attempts in all, with random pauses of at most 0.5 s,
//	connection that fails before or during      1 s, 2 s and so on up to 20 s; see WithRetry
//	the response
//	Retry-After, in seconds or as a date        waits that long; if that is more than 60 s or than the context
//	                                            has left, returns the *APIError at once, with the delay in it
//	attempts used up                            returns the error of the last attempt
//	a kept connection turns out to be dead      repeats the request once on another connection, at the client's
//	                                            pace; if that one is dead too, the attempt fails
//	TLS refuses the server                      returns the *TransportError at once
//	no response                                 ends the attempt after 30 s, see WithTimeout; the context ends
//	                                            the whole call
//	status 401 with a TokenSource               requests another token and retries once
//	any other status from 400 to 599            returns the *APIError, whatever the body is
//	status 200 with an invalid body             returns an *UnexpectedResponseError, never an empty list
//	a list that contains the credential         returns an *UnexpectedResponseError
//	a redirect                                  does not follow it; the *UnexpectedResponseError says to which
//	                                            scheme and host it pointed
//	http:// to a host other than loopback       refuses it, unless WithInsecureHTTP is set
//	a body over 1 MiB after decompression       refuses it, with bounded memory
//	unknown properties and header fields        ignores them and keeps nothing of them
//	lengths and patterns in a response          does not check them: a valid response must not fail because the
//	                                            server has relaxed a limit
//
// # Many connectors
//
// [Client.ListEach] lists many connectors with a few workers that share one pace: 20 requests a second, unless [WithPace]
// sets another. Results come in the order of the connectors, and each one has its own list or error.
//
// # Credentials
//
// A [Credential] prints as REDACTED everywhere. No client, option, error or log line shows one. [WithLogger] names
// everything that is logged.
//
// If a server echoes the credential, the client replaces it by REDACTED. It also finds the credential with URL or JSON
// escapes, in upper or lower case, and with white space inside. A credential of fewer than 8 characters is replaced only
// where it is a whole word, because it could be part of any word.
//
// # Limits
//
// This package can't prevent two things:
//
//   - If a server sends data after the end of a response, [net/http] quotes that data in the standard logger. To keep it
//     out of your log, set the output of package log.
//   - An HTTP/1 response does not say which request it belongs to. The client does not reuse a connection on which
//     unsolicited data has arrived. But if an extra response arrives while the next request is under way, it is taken for
//     the response to that request. In a test without a pace, a gateway sent every response twice: of 20,000 lists, 48 were
//     wrong if the two responses came in separate writes, and none if they came in one.
package connectorsecrets
