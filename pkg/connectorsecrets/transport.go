package connectorsecrets

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

const (
	// maxHeaderBytes bounds the header of a response. The default of net/http is 10 MiB.
	maxHeaderBytes = 64 << 10
	// maxIdleConnsPerHost keeps the connections of concurrent calls open. With net/http's 2, the others would connect anew.
	maxIdleConnsPerHost = 100
	// What fails without a word must be found within an attempt. A ping of HTTP/2 is sent after pingAfter without a frame.
	dialTimeout, pingAfter, pingTimeout = 10 * time.Second, 10 * time.Second, 5 * time.Second
)

// NewTransport returns a new transport like the client's own. It allows 64 KiB of response header and 100 idle connections
// a host, connects within 10 seconds, gives up an HTTP/2 connection after 15 silent ones, and reports a [*ProxyError]. Use it
// with [WithHTTPClient], for example to set a certificate authority of your own or to wrap it for tracing.
func NewTransport() *http.Transport {
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	if standard, ok := http.DefaultTransport.(*http.Transport); ok {
		transport = standard.Clone()
	}
	transport.MaxIdleConnsPerHost = maxIdleConnsPerHost
	transport.MaxResponseHeaderBytes = maxHeaderBytes
	transport.DialContext = (&net.Dialer{Timeout: dialTimeout}).DialContext
	transport.HTTP2 = &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout}
	transport.OnProxyConnectResponse = func(_ context.Context, proxy *url.URL, _ *http.Request, response *http.Response) error {
		if response.StatusCode != http.StatusOK {
			return &ProxyError{Proxy: proxy.Host, StatusCode: response.StatusCode}
		}
		return nil
	}
	return transport
}

// sharedTransport is that of all clients that don't bring their own, so that short-lived clients share connections.
var sharedTransport = sync.OnceValue(NewTransport)

// checkBaseURL returns the base URL without slashes at its end. Its errors don't repeat the URL: it may contain a password.
func checkBaseURL(baseURL string, insecureHTTP bool) (*url.URL, error) {
	reason := ""
	root, _, _ := strings.Cut(secretsapi.ListConnectorSecretsPath[1:], "/") // such as v1
	u, err := url.Parse(strings.TrimRight(baseURL, "/"))
	switch {
	case err != nil:
		reason = "is not a URL; it should look like " + secretsapi.ServerURL
	case u.Scheme != "https" && u.Scheme != "http":
		reason = "must start with https://, such as " + secretsapi.ServerURL
	case u.Hostname() == "":
		reason = "must name a host, such as " + secretsapi.ServerURL
	case u.User != nil:
		reason = "must not hold a user name or password; use a Credential"
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(baseURL, "#"):
		reason = "must not have a query or fragment"
	case strings.HasSuffix(u.Path, "/"+root):
		reason = "must not end in /" + root + ", with which the paths of the API begin: leave it out"
	case isLoopback(u.Hostname()):
		u.Host = strings.ToLower(u.Host) // proxy rules expect lower case
	case u.Scheme == "http" && !insecureHTTP:
		reason = "must be https://, because the credential would cross the network in clear text; http:// is for loopback hosts only"
	}
	if reason != "" {
		return nil, &ArgumentError{Argument: "base URL", Reason: reason}
	}
	return u, nil
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}
