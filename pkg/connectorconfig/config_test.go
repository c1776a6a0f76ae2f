package connectorconfig_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorconfig"
)

const planted = "planted-secret-value"

func TestRead_TheVendorsShape(t *testing.T) {
	file, err := os.Open("testdata/connector.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	got, err := connectorconfig.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	want := &connectorconfig.Config{HasSection: true, Items: []connectorconfig.Item{
		{ID: "account_name", Classification: "public", Source: "userInput"},
		{ID: "client_id", Classification: "public", Source: "encrypted"},
		{ID: "client_secret", Classification: "secret", Source: "encrypted"},
		{ID: "api_version", Classification: "public", Source: "static"},
		{ID: "signature", Classification: "secret"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"client_id", "client_secret"}, got.Encrypted()); diff != "" {
		t.Errorf("encrypted (-want +got):\n%s", diff)
	}
	if dump := fmt.Sprintf("%#v", got); strings.Contains(dump, planted) {
		t.Error("a value is kept")
	}
}

func TestRead_Shapes(t *testing.T) {
	tests := []struct {
		name, document string
		section        bool
		want           []string
	}{
		{"no section", `{"other":{"secrets":{"items":[{}]}}}`, false, nil},
		{"empty section", `{"secrets":{}}`, true, nil},
		{"no items", `{"secrets":{"items":[]}}`, true, nil},
		{"one", `{"secrets":{"items":[{"id":"a","source":"encrypted"}]}}`, true, []string{"a"}},
		{"source before the id", `{"secrets":{"items":[{"source":"encrypted","value":{"id":5},"id":"a"}]}}`, true, []string{"a"}},
		{"unknown source", `{"secrets":{"items":[{"id":"a","source":"vault"}]}}`, true, nil},
		{"other case elsewhere", `{"x":{"Secrets":1},"secrets":{"x":{"Items":1},"items":[{"id":"a","source":"encrypted","value":{"ID":1},"Value":1}]}}`, true, []string{"a"}},
		{"custom resolver", `{"secrets":{"items":[{"id":"a","component":{"type":"x"}}]}}`, true, nil},
		{"escapes", `{"secrets":{"items":[{"id":"a \"b\" \ud83d\udd11","source":"encrypted"}]}}`, true, []string{"a \"b\" 🔑"}},
		{"repeated names elsewhere", `{"x":1,"x":2,"secrets":{"y":1,"y":2,"items":[{"id":"a","value":1,"value":2}]}}`, true, nil},
		{"byte order mark", "\ufeff" + `{"secrets":{"items":[{"id":"a","source":"encrypted"}]}}`, true, []string{"a"}},
		{"white space around", " \r\n{} \n", false, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := connectorconfig.Read(strings.NewReader(test.document))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.Encrypted()); diff != "" || got.HasSection != test.section {
				t.Errorf("section %v (-want +got):\n%s", got.HasSection, diff)
			}
		})
	}
}

func TestRead_Refuses(t *testing.T) {
	item := func(items string) string { return "{\n  \"secrets\": {\n    \"items\": [" + items + "]\n  }\n}" }
	tests := []struct{ name, document, want string }{
		{"empty", "", "line 1, column 1: the file is empty"},
		{"truncated", "{\n  \"secrets\": {", "line 2, column 15: the JSON ends too early"},
		{"malformed", "{\n  \"a\": 1,\n  b: 2\n}", "line 3, column 3: the JSON is malformed"},
		{"invalid UTF-8", "{\"a\":\"\xff\"}", "line 1, column 7: this is not UTF-8: save the file as UTF-8"},
		{"YAML", "secrets:\n  items: []", "line 1, column 1: this is not JSON"},
		{"UTF-16", "\xff\xfe{\x00}\x00", "line 1, column 1: this is UTF-16: save the file as UTF-8"},
		{"UTF-16 without a mark", "{\x00}\x00", "this is UTF-16: save the file as UTF-8"},
		{"UTF-16 of the other kind", "\x00{\x00}", "this is UTF-16: save the file as UTF-8"},
		{"comment", "{\n  // planted-secret-value\n  \"a\": 1}", "line 2, column 3: JSON has no comments: leave this one out"},
		{"comment of YAML", "{\n  # planted-secret-value\n  \"a\": 1}", "line 2, column 3: # begins a comment in YAML only"},
		{"comma at the end of a list", "{\"a\": [\n  1,\n  2,\n]}", "line 3, column 4: JSON has no comma before a closing bracket: leave it out"},
		{"no comma", "{\n\"a\": 1\n\"b\": 2}", "line 3, column 1: a comma is missing before this"},
		{"single quotes", "{'a': 1}", "line 1, column 2: JSON takes double quotes only"},
		{"no-break space", "{\n\u00a0\"a\": 1}", "line 2, column 1: this is a no-break space: write a plain space"},
		{"place after letters of two bytes", "{\"é\": 1, é}", "line 1, column 10: the JSON is malformed"},
		{"two documents", "{}\n{}", "line 2, column 1: there is something after the end"},
		{"section in other case", "{\n\"Secrets\":{}}", `line 2, column 10: the configuration has "Secrets": write "secrets"`},
		{"items in other case", `{"secrets":{"Items":[]}}`, `the section "secrets" has "Items": write "items"`},
		{"id in other case", item(`{"Id":"a"}`), `item 1 of the secrets has "Id": write "id"`},
		{"classification in other case", item(`{"id":"a","Classification":"pii"}`), `item 1 of the secrets has "Classification": write "classification"`},
		{"source in other case", item(`{"id":"a"},{"id":"b","source":"Encrypted"}`), `line 3, column 56: item 2 of the secrets has the source "Encrypted": write "encrypted"`},
		{"a third source in other case", item(`{"id":"a","source":"STATIC"}`), `the source "STATIC": write "static"`},
		{"list", "[]", "the configuration must be an object"},
		{"null", "null", "line 1, column 1: the configuration must be an object"},
		{"section as a list", "{\"secrets\":\n [\n1]}", `line 2, column 2: the section "secrets" must be an object`},
		{"null section", `{"secrets":null}`, `the section "secrets" must be an object`},
		{"two sections", `{"secrets":{},"secrets":{}}`, `the configuration has "secrets" twice`},
		{"items as an object", `{"secrets":{"items":{}}}`, `"items" in the section "secrets" must be a list`},
		{"two lists", `{"secrets":{"items":[],"items":[]}}`, `the section "secrets" has "items" twice`},
		{"item as text", item(`"` + planted + `"`), "line 3, column 15: item 1 of the secrets must be an object"},
		{"no id", item(`{"source":"encrypted","value":"` + planted + `"}`), "item 1 of the secrets has no id"},
		{"empty id", item(`{"id":"a"},{"id":""}`), "item 2 of the secrets has no id"},
		{"id as a number", item(`{"id":5}`), `"id" of item 1 of the secrets must be a text`},
		{"source as a list", item(`{"id":"a","source":["encrypted"]}`), `"source" of item 1 of the secrets must be a text`},
		{"id twice in an item", item(`{"id":"a","id":"b"}`), `item 1 of the secrets has "id" twice`},
		{"id of another item", item("{\"id\":\"a\"},\n{\"id\":\"b\"},\n{\"id\":\"a\"}"), `line 5, column 10: item 3 of the secrets has the id "a", which an item before it has`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := connectorconfig.Read(strings.NewReader(test.document))
			var refused *connectorconfig.Error
			if !errors.As(err, &refused) || got != nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("config %v, error %v; want %q in it", got, err, test.want)
			}
			if strings.Contains(err.Error(), planted) {
				t.Errorf("%q holds a value", err)
			}
		})
	}
}

func TestRead_TheLargestThatIsTaken(t *testing.T) {
	const frame = len(`{"x":""}`)
	document := func(bytes int) io.Reader {
		return strings.NewReader(`{"x":"` + strings.Repeat(" ", bytes-frame) + `"}`)
	}
	if _, err := connectorconfig.Read(document(connectorconfig.MaxBytes)); err != nil {
		t.Error(err)
	}
	if _, err := connectorconfig.Read(document(connectorconfig.MaxBytes + 1)); err == nil || err.Error() != "the configuration is larger than 16 MiB" {
		t.Errorf("one byte more: %v", err)
	}
}

func TestRead_ReaderThatFails(t *testing.T) {
	cause := errors.New("disk on fire")
	if _, err := connectorconfig.Read(io.MultiReader(strings.NewReader("{"), iotest.ErrReader(cause))); !errors.Is(err, cause) {
		t.Errorf("error %v", err)
	}
}

// FuzzRead: no panic, every item has a unique ID, and no value is returned.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "null", `{"secrets":{"items":[{"id":"a","source":"encrypted","value":"x"}]}}`, `{"secrets":{"items":[{"id":"a"},{"id":"a"}]}}`,
		`{"secrets":{"items":[{"source":"static"}]}}`, `{"secrets":{"items":[null]}}`, `{"secrets":{"items":[{"id":"\ud800"}]}}`, "\ufeff{}", `{"secrets":[`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		if strings.Contains(string(document), planted) {
			t.Skip("only the test plants")
		}
		for _, document := range []string{string(document), `{"secrets":{"items":[{"value":"` + planted + `"` + string(document)} {
			config, err := connectorconfig.Read(strings.NewReader(document))
			if (config == nil) == (err == nil) {
				t.Fatalf("config %v, error %v", config, err)
			}
			if dump := fmt.Sprintf("%#v %v", config, err); strings.Contains(dump, planted) {
				t.Errorf("a value comes out: %s", dump)
			}
			var refused *connectorconfig.Error
			if err != nil && (!errors.As(err, &refused) || refused.Line < 1 || refused.Column < 1) {
				t.Errorf("error %#v has no place", err)
			}
			if err == nil {
				seen := map[string]bool{}
				for _, item := range config.Items {
					if item.ID == "" || seen[item.ID] {
						t.Errorf("id %q", item.ID)
					}
					seen[item.ID] = true
				}
			}
		}
	})
}
