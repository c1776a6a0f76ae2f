// Package operation is what the generated operations stand on: checks of parameters, and the request. It knows nothing of
// the API.
package operation

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// URL returns the URL of a path below base, with the values in the place of the path's {parameters}, in their order. They
// are escaped, so that each stays one segment. Nothing is parsed, and base is not changed.
func URL(base *url.URL, path string, values ...string) *url.URL {
	target := *base
	target.Path = expand(base.Path, path, values)
	isEscaped := func(value string) bool { return url.PathEscape(value) != value }
	if base.RawPath != "" || slices.ContainsFunc(values, isEscaped) {
		escaped := make([]string, len(values))
		for i, value := range values {
			escaped[i] = url.PathEscape(value)
		}
		target.RawPath = expand(base.EscapedPath(), path, escaped)
	}
	return &target
}

// expand appends a path to prefix, with the values in the place of its parameters.
func expand(prefix, path string, values []string) string {
	size := len(prefix) + len(path)
	for _, value := range values {
		size += len(value)
	}
	var expanded strings.Builder
	expanded.Grow(size)
	expanded.WriteString(prefix)
	for _, value := range values {
		literal, parameter, _ := strings.Cut(path, "{")
		expanded.WriteString(literal)
		expanded.WriteString(value)
		_, path, _ = strings.Cut(parameter, "}")
	}
	expanded.WriteString(path)
	return expanded.String()
}

// Request returns a request without a body. The header is the request's own from now on.
func Request(ctx context.Context, method string, target *url.URL, header http.Header) *http.Request {
	request := http.Request{
		Method:     method,
		URL:        target,
		Host:       target.Host,
		Header:     header,
		Proto:      "HTTP/1.1",
		ProtoMajor: 1,
		ProtoMinor: 1,
	}
	return request.WithContext(ctx)
}
