package connectorsecrets

import (
	"strings"
	"testing"
	"time"
)

// TestRedactor_TakesTimeInProportion: a server that writes nothing but escapes must not keep the client busy.
func TestRedactor_TakesTimeInProportion(t *testing.T) {
	redact := newRedactor("Token abcdefgh-ijkl-mnop")
	begin := time.Now()
	for _, piece := range []string{"abcdefgh-ijkl-mno", "abcdefgh-ijkl-mnop", "%", `\`, `\u`, "%25", `\u005c`, "%20", `\\n`, " "} {
		redact.text(strings.Repeat(piece, 1<<16/len(piece)))
	}
	if took := time.Since(begin); took > 20*time.Second { // it takes a tenth of a second
		t.Errorf("took %v", took)
	}
}
