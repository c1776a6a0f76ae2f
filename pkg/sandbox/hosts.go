package sandbox

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// hosts are the host names that a server accepts, besides loopback names and the address of the connection. Nil accepts any
// name. The check stops DNS rebinding: a web page whose host name resolves to this machine could otherwise read the sandbox.
type hosts map[string]bool

// anyHost stands for all names.
const anyHost = "*"

func newHosts(names []string) (hosts, error) {
	h := hosts{}
	for _, name := range names {
		bare := hostName(name)
		if bare == "" || strings.ContainsAny(name, "/@, ") {
			return nil, fmt.Errorf("host %q: give a name or an address, such as sandbox, or %s for all", name, anyHost)
		}
		h[bare] = true
	}
	return h, nil
}

// answers reports whether a request is for one of the hosts.
func (h hosts) answers(r *http.Request) bool {
	name := hostName(r.Host)
	if h == nil || h[anyHost] || h[name] || name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(name)
	local, _ := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return err == nil && (address.IsLoopback() || local != nil && local.AddrPort().Addr().Unmap() == address.Unmap())
}

// hostName returns a host without its port.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}
