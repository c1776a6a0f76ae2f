// Package sandbox is a stand-in for the API, for tests and for trying things out. The API's specification drives it: it
// routes and validates requests by the specification, and responds with its statuses, header fields and examples. If the
// specification gains a status, the sandbox responds with it without a change of code. The sandbox neither accepts nor sends
// what the specification forbids.
//
// In a test, one line starts it on a loopback port:
//
//	server := sandbox.Start(t)
//	client, err := connectorsecrets.New(connectorsecrets.APIKey(server.APIKey), connectorsecrets.WithBaseURL(server.URL))
//
// [New] returns an [http.Handler] to mount anywhere. [Listen] starts a server outside of tests. The command
// "connector-secrets sandbox" starts a server for clients in any language.
//
// # Behaviour
//
// The first line that applies decides the response. It is JSON, and every error has a new request ID:
//
//	a host that is not the server's own, see [WithHosts]  421
//	a body where the specification has none              413, and it is not read
//	no or unknown credential                             401 with WWW-Authenticate
//	the credential's requests of this hour are used up   429 with Retry-After
//	a parameter that breaks the specification            400 if that is documented, else 404
//	a team that is not in the seed                       404
//	a team that is not the credential's                  403
//	a connector error-<status>, such as error-429        that status, in every team, for every documented error
//	a connector that the team does not have              404
//	a connector with scripted responses                  those, see [Response]
//	anything else                                        200
//
// Each error is the documented example with a new request ID and a description of what happened. It has all the documented
// header fields. Those of the rate limit have the credential's current values, the others those of the specification's examples.
//
// The response to an unknown path is 404, and to another method 405 with Allow. If a request is not valid HTTP, net/http
// responds with its own 400. An API key without the word Bearer is an unknown credential, unless [WithBareAPIKeys] is given.
//
// If a request equals that of a conformance case, credential included, it gets the case's response instead, and does not
// count against the rate limit. See package [github.com/connectorsecrets/connectorsecrets-go/api/conformance].
//
// Without a credential it serves
//
//	/                                                              redirects a browser to /docs
//	/docs                                                          the reference, to try the API out in a browser
//	/openapi.yaml, /openapi.json                                   the specification
//	/_sandbox/requests                                             the requests so far, as [Server.Requests] returns them
//	/conformance/cases.json, /conformance/cases.schema.json        the conformance cases
package sandbox
