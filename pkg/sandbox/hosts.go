package sandbox

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// hosts are the names that a server answers to, besides those of loopback and the address of the connection. Without them,
// a web page whose name is made to resolve to this machine could read the sandbox. Nil is any name.
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

// hostName returns the name in a host, which may have a port.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}
