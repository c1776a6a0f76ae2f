// Package operation is the runtime of the generated operations: it checks parameters and builds requests. It knows nothing
// about the API.
package operation

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// URL returns base with path appended, and with each {parameter} of path replaced by the next of values. Values are
// escaped, so that each stays one segment. URL parses nothing and does not change base.
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

// expand appends path to prefix, with its parameters replaced by values.
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

// Request returns a request without a body. The request takes ownership of header.
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
