package connectorsecrets

import (
	"errors"
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
	maxIdleConnsPerHost = 100
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

// doer sends the generated client's requests. It is the transport alone and not an [http.Client], which would follow
// redirects, or at least parse where they point and quote that in an error, and would copy every request's header for it.
type doer struct{ transport http.RoundTripper }

// newDoer uses the transport of the caller's client, if there is one, or our own.
func newDoer(custom *http.Client) doer {
	if custom != nil && custom.Transport != nil {
		return doer{custom.Transport}
	}
	return doer{sharedTransport()}
}

var errNoResponse = errors.New("the transport returned neither an answer nor an error")

// Do implements the generated client's interface.
func (d doer) Do(request *http.Request) (*http.Response, error) {
	response, err := d.transport.RoundTrip(request)
	switch {
	case err != nil:
		return nil, err
	case response == nil:
		return nil, errNoResponse
	case response.Body == nil:
		response.Body = http.NoBody
	}
	return response, nil
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
