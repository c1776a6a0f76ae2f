// Package sandbox is a stand-in for the API, for tests and for trying things out. It is driven by the API's
// specification: requests are routed and validated by it, and its statuses, headers and examples are what is answered. A
// status that the specification gains is played without a change here. What it forbids is neither accepted nor served.
//
// In a test, one line starts it on a loopback port:
//
//	server := sandbox.Start(t)
//	client, err := connectorsecrets.New(connectorsecrets.APIKey(server.APIKey), connectorsecrets.WithBaseURL(server.URL))
//
// [New] makes an [http.Handler] to mount anywhere, [Listen] a server outside of tests, and the command
// "connector-secrets sandbox" one for every language.
//
// # Behaviour
//
// A request is answered in this order, always in JSON, and with a fresh request ID in every error:
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
//	a connector with responses of its own                those, see [Response]
//	anything else                                        200
//
// The connectors that answer with an error are those of [ReservedConnectors]. Each error is the documented example, with a
// request ID of its own and a description of what happened, and has all the documented headers: those of the rate limit
// say where the credential stands, the others are as the specification shows them.
//
// Another path is answered with 404, another method with 405 and Allow. What is not HTTP at all never gets here: to that,
// net/http answers 400 by itself. An API key without the word Bearer before it is an unknown
// credential, unless [WithBareAPIKeys] is given.
//
// A request that is exactly that of a conformance case, credential included, gets the case's answer before all of the
// above, and counts against no limit. See package [github.com/connectorsecrets/connectorsecrets-go/api/conformance].
//
// Without a credential it serves
//
//	/                                                              leads a browser to /docs
//	/docs                                                          the reference, from which to try it out in a browser
//	/openapi.yaml, /openapi.json                                   the specification
//	/_sandbox/requests                                             the requests so far, as [Server.Requests] returns them
//	/conformance/cases.json, /conformance/cases.schema.json        the conformance cases
package sandbox
