package connectorsecrets_test

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

func TestBody_Bound(t *testing.T) {
	const list, bound = `{"count":0,"secrets":[]}`, 1 << 20
	var body string
	isChunked := false
	client := newClient(t, serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if !isChunked {
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		}
		_ = http.NewResponseController(w).Flush() // chunked, without a Content-Length
		_, _ = w.Write([]byte(body))
	}).URL)
	for _, size := range []int{24, 8 << 10, 8<<10 + 1, 32 << 10, 64 << 10, 64<<10 + 1, bound - 1, bound, bound + 1, 20 * bound} {
		for _, isChunked = range []bool{false, true} {
			body = strings.Repeat(" ", size-len(list)) + list
			_, err := client.List(t.Context(), testTeam, testConnector)
			got, isUnexpected := errors.AsType[*connectorsecrets.UnexpectedResponseError](err)
			if isUnexpected != (size > bound) || err != nil && !strings.Contains(got.Reason, "larger than 1048576 bytes") {
				t.Errorf("%d bytes, chunked %v: error %v", size, isChunked, err)
			}
		}
	}
}

// TestBody_IsNotKept: another call uses its memory again, so neither a list nor an error may refer to it.
func TestBody_IsNotKept(t *testing.T) {
	requests := 0
	client := newClient(t, serve(t, func(w http.ResponseWriter, _ *http.Request) {
		requests++
		count := 1 + requests%2 // every second list is incomplete
		_, _ = fmt.Fprintf(w, `{"count":%d,"secrets":[{"secret_placeholder":"p%02d","secret_name":"n%02[2]d"}]}`, count, requests)
	}).URL)
	var lists []*connectorsecrets.SecretList
	for range 20 {
		list, err := client.List(t.Context(), testTeam, testConnector)
		if unexpected, ok := errors.AsType[*connectorsecrets.UnexpectedResponseError](err); ok {
			list = unexpected.Partial
		}
		lists = append(lists, list)
	}
	for i, list := range lists {
		if number := fmt.Sprintf("%02d", i+1); list.Secrets[0].Placeholder != "p"+number || list.Secrets[0].Name != "n"+number {
			t.Errorf("list %d: %v", i, list.Secrets)
		}
	}
}
