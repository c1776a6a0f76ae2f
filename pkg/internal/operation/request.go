// Package operation is the runtime of the generated operations: it checks parameters and builds requests. It knows nothing
// about the API.
package operation

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
)

// Request is one use of an operation of the specification.
type Request struct {
	// ID, Method and Path are the operation's, and Status and Empty its first success statuses with and without a body, or 0.
	ID, Method, Path string
	Status, Empty    int
	// Parameters has the parameters in Path, in their order.
	Parameters []slog.Attr
}

// HTTP returns the request to the server at base, without a body. It does not change base, and takes ownership of header.
func (r *Request) HTTP(ctx context.Context, base *url.URL, header http.Header) *http.Request {
	target := *base
	target.RawPath = r.expand(base.EscapedPath())
	target.Path, _ = url.PathUnescape(target.RawPath)
	request := http.Request{
		Method: r.Method, URL: &target, Host: target.Host, Header: header, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	return request.WithContext(ctx)
}

// expand returns prefix and the path with its parameters, which are escaped, so that each stays one segment.
func (r *Request) expand(prefix string) string {
	var expanded strings.Builder
	expanded.Grow(len(prefix) + len(r.Path))
	expanded.WriteString(prefix)
	rest := r.Path
	for _, parameter := range r.Parameters {
		literal, after, _ := strings.Cut(rest, "{")
		expanded.WriteString(literal)
		expanded.WriteString(url.PathEscape(parameter.Value.String()))
		_, rest, _ = strings.Cut(after, "}")
	}
	expanded.WriteString(rest)
	return expanded.String()
}
