package strictyaml_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/strictyaml"
)

const (
	longLine   = "the line is longer than 32 KiB"
	tooDeep    = "nested more than 64 deep"
	tooMany    = "more than 250000 values"
	malformed  = "the JSON is malformed"
	endsEarly  = "the file ends too early"
	wantMemory = 50 << 20
	// wantTime leaves room for the race detector and for other tests at the same time. Otherwise it takes less than 0.1 s.
	wantTime = 10 * time.Second
)

// TestUnmarshal_HostileMemoryIsFlat repeats a part of a file up to 30 kB, which is below the limits of lines and values, or up
// to the limit of the file's size.
func TestUnmarshal_HostileMemoryIsFlat(t *testing.T) {
	tests := []struct{ name, begin, part, end, small, large string }{
		{"lists", "", "[", "", "line 1, column 65: " + tooDeep, "line 1, column 65: " + tooDeep},
		{"lists in a field", "a: ", "[", "", "line 1, column 68: " + tooDeep, longLine},
		{"objects", "", "{a: ", "", "line 1, column 257: " + tooDeep, malformed},
		{"objects in JSON", "", `{"a":`, "", "line 1, column 317: " + tooDeep, tooDeep},
		{"lists on lines", "", "[\n", "", tooDeep, tooDeep},
		{"lists in lists", "", "- ", "", "line 1, column 129: " + tooDeep, longLine},
		{"objects as names", "", "? ", "", tooDeep, longLine},
		{"names without text", "", ": ", "", tooDeep, longLine},
		{"values on a line", "a: [[", "a,", "", endsEarly, longLine},
		{"values on lines", "a: [[", "a,\n", "", endsEarly, tooMany},
		{"values on lines, but not too many", "a: [[", "a,xxxxxxxxxxxxxxxx\n", "", endsEarly, "in brackets here is longer than 64 KiB"},
		{"lists on lines, but not too many", "a: [", "[a],\n[" + strings.Repeat("x", 90) + "],\n", "", endsEarly, "in brackets here is longer than 64 KiB"},
		{"lists on a line", "a: [", "[],", "", endsEarly, longLine},
		{"list", "", "- a\n", "[", "did not find", tooMany},
		{"empty list", "", "-\n", "[", endsEarly, tooMany},
		{"fields", "", "a: b\n", "", "the same field is there twice", tooMany},
		{"fields with comments", "", "a:\n# c\n", "", "the same field is there twice", tooMany},
		{"quotes", "", `"`, "", "did not find", longLine},
		{"anchors", "", "&a ", "a", "did not find", longLine},
		{"anchors on lines", "", "&a\n", "", "did not find", "did not find"},
		{"aliases", "a: &a [", "*a,\n", "", "line 1, column 8: aliases are not read", tooMany},
		{"tags", "", "!x ", "", "did not find", longLine},
		{"tags on lines", "", "!x\n", "", "did not find", "did not find"},
		{"directives", "", "%A b\n", "", "unknown directive", "unknown directive"},
		{"documents", "", "---\n", "", "line 3, column 1: there is a second document", tooMany},
		{"documents with ends", "", "--- a\n...\n", "", "there is a second document", tooMany},
		{"comment", "a: [ #", "c", "", endsEarly, longLine},
		{"comments", "a: [\n", "# c\n", "", endsEarly, tooMany},
		{"empty lines", "", "\n", "a: [", endsEarly, endsEarly},
		{"spaces", "", "          \n", "a: [", endsEarly, endsEarly},
		{"spaces in brackets", "a: [", "          \n", "", endsEarly, "in brackets here is longer than 64 KiB"},
		{"text", "a:\n", " xxxxxxxx yyyy\n", "[", "did not find", "did not find"},
		{"quoted text", "a: \"", "xxxxx yyyy\n", "", endsEarly, endsEarly},
		{"block of text", "a: |\n", " xxxx yyyy zzzz\n", "[", "did not find", "did not find"},
		{"carriage returns", "a: [", "\r", "", endsEarly, longLine},
		{"tabs", "", "\t\n", "a: [", endsEarly, endsEarly},
		{"zeros", "", "\x00", "", `line 1, column 1: write \u0000`, `line 1, column 1: write \u0000`},
		{"not UTF-8", "a: ü", "\xfc", "", "line 1, column 5: this is not UTF-8", "this is not UTF-8"},
		{"numbers in JSON", "[", "1,", "", endsEarly, tooMany},
		{"more after the JSON", "", "[] ", "", "line 1, column 4: did not find", "line 1, column 4: there is something after the end of the JSON"},
		{"JSON without an end", "[", `"xxxxxxxxxxxxxxxxxxxxxxxxx",`, "", endsEarly, "the JSON ends too early"},
		{"text in JSON", "[", `"xxxxxxxxxxxxxxxxxxxxxxxxx",`, "1}", "did not find", malformed},
	}
	for _, test := range tests {
		for size, want := range map[int]string{30_000: test.small, strictyaml.MaxBytes: test.large} {
			t.Run(fmt.Sprintf("%s, %d bytes", test.name, size), func(t *testing.T) {
				data := []byte(test.begin + strings.Repeat(test.part, (size-len(test.begin)-len(test.end))/len(test.part)) + test.end)
				var got any
				var err error
				allocated, took := measure(func() { _, err = strictyaml.Unmarshal(data, &got) })
				if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
					t.Errorf("error %.300v, want %q in it", err, want)
				}
				if allocated > wantMemory || took > wantTime {
					t.Errorf("%d MiB in %v", allocated>>20, took)
				}
			})
		}
	}
}

func measure(do func()) (allocated uint64, took time.Duration) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	do()
	took = time.Since(start)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, took
}

func TestUnmarshal_Depth(t *testing.T) {
	for _, test := range []struct {
		begin, end string
		levels     int
	}{{"[", "]", 1}, {`{"a":[`, "]}", 2}, {"- ", "", 1}, {"[\n", "]", 1}} {
		for _, depth := range []int{62, 63, 64, 66} {
			times := depth / test.levels
			text := strings.Repeat(test.begin, times) + "1" + strings.Repeat(test.end, times)
			var got any
			_, err := strictyaml.Unmarshal([]byte(text), &got)
			if (err == nil) != (times*test.levels < 64) {
				t.Errorf("%d times %q: %v", times, test.begin, err)
			}
		}
	}
	for _, kind := range []struct{ begin, end string }{{"[", "]"}, {"{a: ", "}"}} {
		for brackets, want := range map[int]bool{31: true, 32: false} {
			var got any
			text := strings.Repeat("- ", 32) + strings.Repeat(kind.begin, brackets) + "1" + strings.Repeat(kind.end, brackets)
			if _, err := strictyaml.Unmarshal([]byte(text), &got); (err == nil) != want {
				t.Errorf("%d times %s in 32 lists: %v", brackets, kind.begin, err)
			}
		}
	}
}

// TestUnmarshal_BoundsAreExactMemoryIsFlat has what is just taken, and one more.
func TestUnmarshal_BoundsAreExactMemoryIsFlat(t *testing.T) {
	const most, line, brackets = 250_000, 32 << 10, 64 << 10
	x := func(n int) string { return strings.Repeat("x", n) }
	tests := []struct{ name, taken, refused, want string }{
		{"list", strings.Repeat("- a\n", most), strings.Repeat("- a\n", most+1), tooMany},
		{"lists in a list", strings.Repeat("- []\n", most/2), strings.Repeat("- []\n", most/2+1), tooMany},
		{"objects in a list", strings.Repeat("- {}\n", most/2), strings.Repeat("- {}\n", most/2+1), tooMany},
		{"names without values", "", strings.Repeat("? a\n", most/2+1), tooMany},
		{"JSON", "[" + strings.Repeat("1,", most-2) + "1]", "[" + strings.Repeat("1,", most-1) + "1]", tooMany},
		{"first line", "a: " + x(line-3) + "\n", "a: " + x(line-2) + "\n", longLine},
		{"second line", "a:\n " + x(line-1) + "\n", "a:\n " + x(line) + "\n", "line 2, column 1: " + longLine},
		{"not JSON", "[" + strings.Repeat("x\n", brackets/2-1) + "]", "[" + strings.Repeat("x\n", brackets/2-1) + " ]", malformed},
		{"hyphens in text", "a: |\n" + strings.Repeat(" a-b -c\n", most/2+1), "", ""},
		{"much after brackets", "a: [b]\nc:\n" + strings.Repeat("- d: efgh\n", brackets/8), "", ""},
	}
	for _, test := range tests {
		var got any
		if _, err := strictyaml.Unmarshal([]byte(test.taken), &got); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if _, err := strictyaml.Unmarshal([]byte(test.refused), &got); test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s, one more: error %v, want %q in it", test.name, err, test.want)
		}
	}
	twice := `{"a":1,"` + x(brackets) + `":1,"a":2}`
	if _, err := strictyaml.Unmarshal([]byte(twice), new(any)); err == nil || !strings.Contains(err.Error(), "the same field is there twice") {
		t.Errorf("a field twice in long JSON: %v", err)
	}
}

// TestUnmarshal_TwentyThousandConnectorsMemoryIsFlat reads a large but valid file, which the limits must allow.
func TestUnmarshal_TwentyThousandConnectorsMemoryIsFlat(t *testing.T) {
	tests := []struct {
		name, begin, part, end string
		line                   int
	}{
		{"lines", "connectors:\n", "- connector_identifier: T3S70\n  team_id: 936506\n  require: [client_id, client_secret]\n", "", 60_000},
		{"brackets", "connectors:\n", "- {connector_identifier: T3S70, team_id: 936506, require: [client_id]}\n", "", 20_001},
		{"JSON", `{"connectors":[`, `{"connector_identifier":"T3S70","team_id":936506,"require":["client_id","client_secret"]},`, "{}]}", 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			data := []byte(test.begin + strings.Repeat(test.part, 20_000) + test.end)
			var got struct {
				Connectors []struct {
					ID      string   `json:"connector_identifier,omitzero"`
					TeamID  int64    `json:"team_id,omitzero"`
					Require []string `json:"require,omitzero"`
				} `json:"connectors"`
			}
			var file *strictyaml.Document
			var err error
			allocated, _ := measure(func() { file, err = strictyaml.Unmarshal(data, &got) })
			if err != nil {
				t.Fatal(err)
			}
			if allocated > 80<<20 {
				t.Errorf("%d MiB", allocated>>20)
			}
			if line := file.Line("connectors[19999].team_id"); got.Connectors[19_999].TeamID != 936506 || line != test.line {
				t.Errorf("the last connector is %v, in line %d", got.Connectors[19_999], line)
			}
		})
	}
}

// TestUnmarshal_ManyDirectives: the parser compares each with all before it.
func TestUnmarshal_ManyDirectives(t *testing.T) {
	var text strings.Builder
	for i := 0; text.Len() < strictyaml.MaxBytes-1000; i++ {
		fmt.Fprintf(&text, "%%TAG !a%d! b\n", i)
	}
	done := make(chan error, 1)
	go func() { var got any; _, err := strictyaml.Unmarshal([]byte(text.String()), &got); done <- err }()
	select {
	case err := <-done:
		const want = "line 101, column 1: there are more than 100 lines up to here that begin with %TAG: leave them out"
		if err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	case <-time.After(wantTime):
		t.Error("still parsing")
	}
}
