package yamlfile_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/yamlfile"
)

// TestUnmarshal_HostileIsCheap repeats a part of a file up to what is just not too much, and up to the limit of its size.
func TestUnmarshal_HostileIsCheap(t *testing.T) {
	const tooMany, endsEarly, tooDeep = "more than 400000 values: split the file", "the file ends too early", "nested too deep"
	for _, test := range []struct{ name, begin, part, small, large string }{
		{"lists", "", "[", tooDeep, tooMany},
		{"lists in lists", "", "- ", tooDeep, tooMany},
		{"objects", "", "{a: ", tooDeep, tooMany},
		{"objects in JSON", "", `{"a":`, tooDeep, tooMany},
		{"objects as names", "", "? ", tooDeep, tooMany},
		{"values in brackets", "a: [[", "a,", endsEarly, tooMany},
		{"hyphens in brackets", "a: [[", "- ", "node content", tooMany},
		{"quotes on a line", "", `"" `, "does not belong", tooMany},
		{"anchors", "", "&a ", "does not belong", tooMany},
		{"names with comments", "", "a:\n# c\n", "unknown field", tooMany},
		{"documents", "", "--- a\n...\n", "a second document", tooMany},
		{"tabs", "a: [", "\t\n", endsEarly, endsEarly},
		{"a name", "a: ", "x", "unknown field", "unknown field"},
		{"objects in a list of JSON", `{"inner":[`, "{},", "the same", tooMany},
	} {
		weight := float64(strings.Count(test.part, `"`)+strings.Count(test.part, "'")) / 2
		for _, mark := range []string{",", "[", "{", ":", "?", "#", "&", "*", "!", "- ", "-\n"} {
			weight += float64(strings.Count(test.part, mark))
		}
		small := min(399_900/max(weight, 0.1), (4<<20-100)/float64(len(test.part)))
		end := ""
		if strings.HasPrefix(test.begin, "{\"") {
			small, end = 2*small-10, `{"text":"","text":""}]}`
		}
		for count, want := range map[int]string{int(small): test.small, (4<<20 - 100) / len(test.part): test.large} {
			t.Run(fmt.Sprintf("%s, %d times", test.name, count), func(t *testing.T) {
				data := []byte(test.begin + strings.Repeat(test.part, count) + end)
				allocated, err := refused(t, data)
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("error %.300v, want %q in it", err, want)
				}
				if allocated > 1<<30 {
					t.Errorf("%d MiB", allocated>>20)
				}
			})
		}
	}
	var tags strings.Builder
	for i := 0; tags.Len() < yamlfile.MaxBytes-1000; i++ {
		fmt.Fprintf(&tags, "%%TAG !%d e\n", i)
	}
	if _, err := refused(t, []byte(tags.String())); err == nil || !strings.Contains(err.Error(), "this is not read") {
		t.Errorf("tags: %v", err)
	}
	if _, err := refused(t, make([]byte, yamlfile.MaxBytes+1)); err == nil || err.Error() != "larger than 4 MiB" {
		t.Errorf("a byte too many: %v", err)
	}
}

// refused reads a file within some seconds, though other tests run at the same time.
func refused(t *testing.T, data []byte) (allocated uint64, err error) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	var got document
	_, err = yamlfile.Unmarshal(data, &got)
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, err
}

// FuzzUnmarshal: no panic; an error is one line, in the file, and quotes nothing; text in single quotes stays as it is.
func FuzzUnmarshal(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "null", "text: a", `{"text":"a"}`, "texts: [a, 'b']", "- a\n", "inner:\n- text: |\n    a\n", "text: &a b", "text: !!binary a", "%YAML 1.1\n---\n",
		"text: \"\\x", "number: 0x1", "named: {a: 1}", "\ttext: a", "? text\n: a", "? [x]\n: 1", "<<: {}", "number: 1\n---\n", `{"number":1}x`, "text: a\u0085b", "\ufefftext: a",
		"[[[[", "a\r\u2028@", "a:\r\tb", "some_text: x\r\n\r\nnumber: 1", "{\"a\":1,\n}", "// x\n{}", "text:\u00a0a\nb: c", "\x00", "a: |\r\n\r b\r- ", "? *a\n: b", "? !!x a\n: b", "---", "\"\\ud800\"",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var got document
		file, err := yamlfile.Unmarshal([]byte(text), &got)
		lines := 2 + strings.Count(text, "\n") + strings.Count(text, "\r") // the parser adds a line break
		if err != nil && (strings.ContainsFunc(err.Error(), unicode.IsControl) || !utf8.ValidString(err.Error())) {
			t.Errorf("%q", err)
		}
		var line int
		if n, _ := fmt.Sscanf(fmt.Sprint(err), "line %d", &line); n == 1 && (line < 1 || line > lines) {
			t.Errorf("%v, but the file has %d lines", err, lines)
		}
		if err == nil && (file.Line("/inner/0/text") > lines || got.Placed.Line > lines) {
			t.Errorf("lines %d and %d of %d", file.Line("/inner/0/text"), got.Placed.Line, lines)
		}
		if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool {
			return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r >= '\ufffe' && r <= '\uffff'
		}) {
			return
		}
		_, err = yamlfile.Unmarshal([]byte("# YAML\ntext: '"+strings.ReplaceAll(text, "'", "''")+"'"), &got)
		if err == nil && got.Text != text {
			t.Errorf("%q becomes %q", text, got.Text)
		}
	})
}
