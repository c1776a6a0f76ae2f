package connectorsecrets

import (
	"fmt"
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

// TestRedactor_AlmostTheCredential: every escaped character can be read in several ways, which must not multiply.
func TestRedactor_AlmostTheCredential(t *testing.T) {
	for _, credential := range []string{
		"q7Rk2mXw9LtB4vNz8HsD3pGy6JcF5aUeq7Rk2mXw9LtB4vNz8HsD3pGy6JcF5aUe", strings.Repeat("%", 64), strings.Repeat(`\`, 64), strings.Repeat("%25", 32),
	} {
		redact := newRedactor("Token " + credential)
		for _, format := range []string{"%%%02x", `\u%04x`, "%%25%02x", `\\u%04x`, "%c"} {
			var almost strings.Builder
			for _, char := range credential[:len(credential)-1] {
				fmt.Fprintf(&almost, format, char)
			}
			done := make(chan bool, 1)
			go func() { done <- redact.isIn(almost.String()+"!") || redact.text(almost.String()+"!") == "" }()
			select {
			case isIn := <-done:
				if isIn && !strings.ContainsAny(credential, `%\`) {
					t.Errorf("%s: found in %s", credential, almost.String())
				}
			case <-time.After(10 * time.Second): // it takes a millisecond
				t.Fatalf("%s as %s: not done after 10 s", credential, format)
			}
		}
	}
}
