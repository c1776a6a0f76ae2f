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
	// maxHeaderBytes bounds the header of an answer; the transport's own default is 10 MiB.
	maxHeaderBytes = 64 << 10
	// maxIdleConnsPerHost keeps the connections of many concurrent calls open. The transport's own default is 2, which
	// makes the others connect anew for every call.
	maxIdleConnsPerHost = 100
)

// NewTransport returns a new transport like the client's own: with at most 64 KiB of header and 100 idle connections a host,
// without a proxy for loopback hosts, and with connections that are not used again once a server has sent something that
// nobody asked for. It is for [WithHTTPClient], with a certificate authority of your own set in it, or wrapped in what counts
// and traces requests.
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

// sharedTransport is used by every client that brings none of its own, so that short-lived clients share connections.
var sharedTransport = sync.OnceValue(NewTransport)

// checkBaseURL returns the base URL without slashes at its end. The errors do not repeat the URL, which may hold a
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
		u.Host = strings.ToLower(u.Host) // as the rules for proxies know it
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
