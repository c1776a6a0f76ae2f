package connectorsecrets

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

const (
	maxHeaderBytes      = 64 << 10 // of a response; the default of net/http is 10 MiB
	maxIdleConnsPerHost = 100      // with net/http's 2, concurrent calls would connect anew
	// What fails without a word must be found within an attempt. A ping of HTTP/2 is sent after pingAfter without a frame.
	dialTimeout, pingAfter, pingTimeout = 10 * time.Second, 10 * time.Second, 5 * time.Second
)

// NewTransport returns a new transport like the client's own, for [WithHTTPClient]: a clone of [http.DefaultTransport] that allows
// 64 KiB of response header and 100 idle connections a host, connects within 10 seconds, gives up an HTTP/2 connection after 15
// silent seconds, uses no proxy for loopback hosts, and reports a [*ProxyError]. Set a certificate authority of your own, or wrap it.
func NewTransport() *http.Transport {
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: dialTimeout,
	}
	if standard, ok := http.DefaultTransport.(*http.Transport); ok {
		transport = standard.Clone()
	}
	transport.MaxIdleConnsPerHost = maxIdleConnsPerHost
	transport.MaxResponseHeaderBytes = maxHeaderBytes
	transport.HTTP2 = &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout}
	dial := transport.DialContext
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, dialTimeout)
		defer cancel()
		return dial(ctx, network, address)
	}
	if proxy := transport.Proxy; proxy != nil {
		transport.Proxy = func(request *http.Request) (*url.URL, error) {
			if isLoopback(request.URL.Hostname()) {
				return nil, nil
			}
			address, err := proxy(request)
			if err != nil { // it quotes the address, with the password
				err = errors.New("the address of the proxy, such as that in HTTPS_PROXY, is not a URL")
			}
			return address, err
		}
	}
	transport.OnProxyConnectResponse = func(_ context.Context, proxy *url.URL, _ *http.Request, response *http.Response) error {
		if response.StatusCode != http.StatusOK {
			return &ProxyError{Proxy: proxy.Host, StatusCode: response.StatusCode}
		}
		return nil
	}
	return transport
}

// throughProxy adds the proxy to the error of a request that got no response. Most proxies name themselves no better.
func throughProxy(transport http.RoundTripper, request *http.Request, err error) error {
	_, isNamed := errors.AsType[*ProxyError](err)
	if standard, ok := transport.(*http.Transport); ok && !isNamed && standard.Proxy != nil {
		if proxy, _ := standard.Proxy(request); proxy != nil {
			return fmt.Errorf("through the proxy %s: %w", proxy.Host, err)
		}
	}
	return err
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
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}
