package connectorsecrets

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
)

const (
	// maxHeaderBytes bounds the header of an answer; the transport's own default is 10 MiB.
	maxHeaderBytes = 64 << 10
	// maxIdleConnsPerHost keeps the connections of many concurrent calls open. The transport's own default is 2, which
	// makes the others connect anew for every call.
	maxIdleConnsPerHost = 64
)

// sharedTransport is used by every client that brings none of its own, so that short-lived clients share connections.
var sharedTransport = sync.OnceValue(func() *http.Transport {
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	if standard, ok := http.DefaultTransport.(*http.Transport); ok {
		transport = standard.Clone()
	}
	transport.MaxIdleConnsPerHost = maxIdleConnsPerHost
	transport.MaxResponseHeaderBytes = maxHeaderBytes
	return transport
})

// newHTTPClient returns a copy of custom, or a client of our own, that follows no redirect.
func newHTTPClient(custom *http.Client) *http.Client {
	var client http.Client
	if custom != nil {
		client = *custom
	}
	if client.Transport == nil {
		client.Transport = sharedTransport()
	}
	client.Transport = withoutRedirects{client.Transport}
	return &client
}

// hiddenLocation is where withoutRedirects puts the Location header. Header names of the network are canonical, so that
// none can be mistaken for it.
const hiddenLocation = "location of a redirect"

// withoutRedirects hides where a redirect points from [http.Client], which then hands it on as any other answer. With
// CheckRedirect, the client would first parse the location, and quote it in an error if it can't.
type withoutRedirects struct{ next http.RoundTripper }

func (t withoutRedirects) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := t.next.RoundTrip(request)
	if err == nil && response != nil && response.StatusCode >= 300 && response.StatusCode < 400 {
		response.Header[hiddenLocation] = response.Header["Location"]
		delete(response.Header, "Location")
	}
	return response, err
}

// CloseIdleConnections lets [http.Client.CloseIdleConnections] reach the transport.
func (t withoutRedirects) CloseIdleConnections() {
	if closer, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}

// checkBaseURL returns the base URL in the form that the generated client wants. The errors do not repeat the URL, which
// may hold a password.
func checkBaseURL(baseURL string, insecureHTTP bool) (string, error) {
	refuse := func(reason string) (string, error) {
		return "", &ArgumentError{Argument: "base URL", Reason: reason}
	}
	u, err := url.Parse(baseURL)
	if err != nil {
		return refuse("is not a URL; it should look like " + DefaultBaseURL)
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return refuse("must start with https://, such as " + DefaultBaseURL)
	case u.Hostname() == "":
		return refuse("must name a host, such as " + DefaultBaseURL)
	case u.User != nil:
		return refuse("must not hold a user name or password; use a Credential")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(baseURL, "#"):
		return refuse("must not have a query or fragment")
	case u.Scheme == "http" && !insecureHTTP && !isLoopback(u.Hostname()):
		return refuse("must be https://, because the credential would cross the network in clear text; " +
			"http:// is for loopback hosts only")
	}
	return strings.TrimRight(u.String(), "/"), nil
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}
