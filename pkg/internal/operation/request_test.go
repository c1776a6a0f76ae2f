package operation_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/operation"
)

func TestURL(t *testing.T) {
	for _, test := range []struct {
		base, path string
		values     []string
		want       string
	}{
		{"https://example.com", "/a/{b}/c", []string{"x"}, "https://example.com/a/x/c"},
		{"https://example.com/base", "/a/{b}/{c}", []string{"1", "2"}, "https://example.com/base/a/1/2"},
		{"https://example.com", "/a", nil, "https://example.com/a"},
		{"https://example.com", "/{a}.json", []string{"x/../y"}, "https://example.com/x%2F..%2Fy.json"},
		{"https://example.com", "/{a}", []string{"50% é?#"}, "https://example.com/50%25%20%C3%A9%3F%23"},
		{"https://example.com", "/{a}/{b}", []string{"{b}", "x"}, "https://example.com/%7Bb%7D/x"},
		{"https://example.com/a%2Fb", "/{c}", []string{"x"}, "https://example.com/a%2Fb/x"},
		{"https://example.com/a b", "/{c}", []string{"x"}, "https://example.com/a%20b/x"},
	} {
		base, err := url.Parse(test.base)
		if err != nil {
			t.Fatal(err)
		}
		before := *base
		request := operation.Request{Method: http.MethodGet, Path: test.path}
		for _, value := range test.values {
			request.Parameters = append(request.Parameters, slog.String("x", value))
		}
		if got := request.HTTP(context.Background(), base, nil).URL.String(); got != test.want {
			t.Errorf("%s with %s and %q: %s, want %s", test.base, test.path, test.values, got, test.want)
		}
		if *base != before {
			t.Errorf("%s was changed", test.base)
		}
	}
}

func TestRequest(t *testing.T) {
	type key struct{}
	ctx := context.WithValue(context.Background(), key{}, "value")
	base, header := &url.URL{Scheme: "https", Host: "example.com"}, http.Header{"X": {"y"}}
	request := operation.Request{Method: http.MethodGet, Path: "/a/{n}", Parameters: []slog.Attr{slog.Int64("n", -1)}}
	got := request.HTTP(ctx, base, header)
	if got.Context().Value(key{}) != "value" || got.Method != http.MethodGet || got.URL.String() != "https://example.com/a/-1" || got.Host != "example.com" ||
		got.Header.Get("X") != "y" || got.Body != nil || got.ContentLength != 0 || got.Proto != "HTTP/1.1" || !got.ProtoAtLeast(1, 1) || got.ProtoAtLeast(1, 2) {
		t.Errorf("%+v", got)
	}
}
