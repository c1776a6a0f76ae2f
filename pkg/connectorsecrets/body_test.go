package connectorsecrets_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

func TestBody_Bound(t *testing.T) {
	const bound = 1 << 20
	body := func(size int) string {
		const list = `{"count":0,"secrets":[]}`
		return strings.Repeat(" ", size-len(list)) + list
	}
	for _, size := range []int{24, 4 << 10, 4<<10 + 1, 64 << 10, 64<<10 + 1, bound - 1, bound} {
		for _, chunked := range []bool{false, true} {
			if err := listBody(t, body(size), chunked); err != nil {
				t.Errorf("%d bytes, chunked %v: %v", size, chunked, err)
			}
		}
	}
	for _, size := range []int{bound + 1, 2 * bound, 20 * bound} {
		for _, chunked := range []bool{false, true} {
			var got *connectorsecrets.UnexpectedResponseError
			if err := listBody(t, body(size), chunked); !errors.As(err, &got) || !strings.Contains(got.Reason, "larger than 1048576 bytes") {
				t.Errorf("%d bytes, chunked %v: error %v", size, chunked, err)
			}
		}
	}
}

func listBody(t *testing.T, body string, chunked bool) error {
	t.Helper()
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if !chunked {
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		}
		_ = http.NewResponseController(w).Flush() // chunked, without a Content-Length
		_, _ = w.Write([]byte(body))
	})
	_, err := newClient(t, server.URL).List(context.Background(), testTeam, testConnector)
	return err
}
