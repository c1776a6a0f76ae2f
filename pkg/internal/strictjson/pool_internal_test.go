package strictjson

import (
	"strings"
	"testing"
)

// TestPool_KeepsNoLargeReader: clearing the room for many names would cost every later reading its time.
func TestPool_KeepsNoLargeReader(t *testing.T) {
	var got any
	_ = Strict([]byte("{"+strings.Repeat(`"a":0,`, 100_000)), &got, Value)
	if r := open(nil); cap(r.names) > maxKept {
		t.Errorf("a reader with room for %d names", cap(r.names))
	}
}
