package connectorsecrets

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

const (
	// maxHeaderBytes bounds the header of a response. The default of net/http is 10 MiB.
	maxHeaderBytes = 64 << 10
	// maxIdleConnsPerHost keeps the connections of many concurrent calls open. The default of net/http is 2: all further
	// calls would connect anew each time.
	maxIdleConnsPerHost = 100
)

// NewTransport returns a new transport like the client's own. It allows 64 KiB of response header and 100 idle connections
// a host, uses no proxy for loopback hosts, and does not reuse a connection on which the server has sent unsolicited data.
// Use it with [WithHTTPClient], for example to set a certificate authority of your own or to wrap it for tracing.
func NewTransport() *http.Transport {
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	if standard, ok := http.DefaultTransport.(*http.Transport); ok {
		transport = standard.Clone()
	}
	transport.MaxIdleConnsPerHost = maxIdleConnsPerHost
	transport.MaxResponseHeaderBytes = maxHeaderBytes
	dial := transport.DialContext
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	transport.DialContext = guardDials(dial)
	if proxy := transport.Proxy; proxy != nil {
		transport.Proxy = func(request *http.Request) (*url.URL, error) {
			if isLoopback(request.URL.Hostname()) {
				return nil, nil
			}
			return proxy(request)
		}
	}
	return transport
}

// sharedTransport is shared by all clients that don't bring their own transport, so that short-lived clients share
// connections.
var sharedTransport = sync.OnceValue(NewTransport)

// checkBaseURL returns the base URL without slashes at its end. Its errors do not repeat the URL, which may contain a
// password.
func checkBaseURL(baseURL string, insecureHTTP bool) (*url.URL, error) {
	refuse := func(reason string) (*url.URL, error) {
		return nil, &ArgumentError{Argument: "base URL", Reason: reason}
	}
	u, err := url.Parse(strings.TrimRight(baseURL, "/"))
	if err != nil {
		return refuse("is not a URL; it should look like " + secretsapi.ServerURL)
	}
	if isLoopback(u.Hostname()) {
		u.Host = strings.ToLower(u.Host) // proxy rules expect lower case
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return refuse("must start with https://, such as " + secretsapi.ServerURL)
	case u.Hostname() == "":
		return refuse("must name a host, such as " + secretsapi.ServerURL)
	case u.User != nil:
		return refuse("must not hold a user name or password; use a Credential")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(baseURL, "#"):
		return refuse("must not have a query or fragment")
	case strings.HasSuffix(u.Path, "/"+apiRoot()):
		return refuse("must not end in /" + apiRoot() + ", with which the paths of the API begin: leave it out")
	case u.Scheme == "http" && !insecureHTTP && !isLoopback(u.Hostname()):
		return refuse("must be https://, because the credential would cross the network in clear text; " +
			"http:// is for loopback hosts only")
	}
	return u, nil
}

// apiRoot is the first segment of the API's paths, such as v1.
func apiRoot() string {
	root, _, _ := strings.Cut(secretsapi.ListConnectorSecretsPath[1:], "/")
	return root
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}
