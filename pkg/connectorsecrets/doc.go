// Package connectorsecrets lists the secrets of Supermetrics connectors: their names and placeholders, never their values.
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
// [Client.ListEach] does so for many connectors. Models, readers, checks of parameters, the request and the error codes are
// generated from the API's specification, api/openapi.yaml.
//
//	situation                                   what the client does
//	------------------------------------------  ------------------------------------------------------------------
//	status 408, 429, 5xx except 501 and 505; a  retries: 4 attempts in all, with random pauses of at most 0.5 s,
//	connection that fails before or during      1 s, 2 s and so on up to 20 s; see WithRetry, and ListEach for
//	the response; a proxy that fails with 5xx   429
//	Retry-After, in seconds or as a date        waits that long; if that is more than 60 s or than the context
//	                                            has left, returns the *APIError at once, with the delay in it
//	TLS or a proxy refuses the connection       returns the *TransportError at once, which names the proxy
//	no connection, or no response               ends the attempt after 10 s, or after 30 s; see WithTimeout
//	an HTTP/2 connection that has died          notices it after 15 s; the next attempt connects anew
//	status 401 with a TokenSource               requests another token and retries once
//	any other status from 400 to 599            returns the *APIError, which tells if the API did not write the body
//	status 200 with an invalid body             returns an *UnexpectedResponseError, never an empty list
//	a redirect                                  does not follow it; returns an *UnexpectedResponseError
//	http:// to a host other than loopback       refuses it, unless WithInsecureHTTP is set
//	a body over 1 MiB after decompression       refuses it, with bounded memory
//	unknown properties and header fields        ignores them and keeps nothing of them
//	lengths and patterns in a response          does not check them: the server may relax a limit
//
// A [Credential] prints as REDACTED everywhere. Where a server echoes it in an error, as it is or with the escapes of JSON or
// URLs, the client replaces it. Two things are left to net/http: it may repeat a GET on a kept connection that had died, and a
// gateway that answers one HTTP/1.1 request twice can shift the responses on that connection.
package connectorsecrets
