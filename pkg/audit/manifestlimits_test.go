package audit_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// A manifest of a few hundred kilobytes must not cost minutes or gigabytes, whatever it multiplies.
func TestManifest_HostileIsCheap(t *testing.T) {
	repeat := func(format string, count int) string {
		var text strings.Builder
		for i := range count {
			fmt.Fprintf(&text, strings.ReplaceAll(format, "#", "%[1]d"), i+1)
		}
		return text.String()
	}
	reads := 0
	items := make([]map[string]string, 20_000)
	for i := range items {
		items[i] = map[string]string{"id": fmt.Sprint("name", i), "source": "encrypted"}
	}
	config, _ := json.Marshal(map[string]any{"secrets": map[string]any{"items": items}})
	source := audit.Source{ReadFile: func(string) ([]byte, error) { reads++; return config, nil }}
	for name, test := range map[string]struct {
		manifest, refused string
		mostReads         int
	}{
		"many environments": {manifest: "connectors:\n- connector_identifier: A\n  environments:\n" + repeat("    e#: #\n", 100_000)},
		"environments of all": {
			manifest: "environments:\n" + repeat("  e#: #\n", 2000) + "connectors:\n" + repeat("- connector_identifier: A#\n", 5000),
			refused:  "m.yaml, line 2128, connectors[125]: there is too much to compare up to here: split the manifest",
		},
		"one configuration": {
			manifest: "team_id: 1\nconnectors:\n" + repeat("- {connector_identifier: A#, config: c.json}\n", 1000),
			refused:  "m.yaml, line 53, connectors[50]: there is too much to compare up to here: split the manifest", mostReads: 1,
		},
		"names in environments": {
			manifest: "connectors:\n- connector_identifier: A\n  config: c.json\n  environments:\n" + repeat("    e#: #\n", 1000),
			refused:  "m.yaml, line 2, connectors[0]: there is too much to compare up to here: split the manifest", mostReads: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			reads = 0
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			done := make(chan error, 1)
			go func() { _, err := source.Parse([]byte(test.manifest), "m.yaml"); done <- err }()
			select {
			case err := <-done:
				if got := fmt.Sprint(err); err != nil && got != test.refused || err == nil && test.refused != "" {
					t.Errorf("got %v", got)
				}
			case <-time.After(20 * time.Second):
				t.Fatal("still reading after 20 s")
			}
			runtime.ReadMemStats(&after)
			if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 600 {
				t.Errorf("allocated %d MiB", used)
			}
			if reads > test.mostReads {
				t.Errorf("read the configuration %d times", reads)
			}
		})
	}
}

// Each name takes the same time, however many there are.
func TestRun_ManyNames(t *testing.T) {
	body := `{"count":10000,"secrets":[`
	required := make([]string, 200_000)
	for i := range required {
		required[i] = fmt.Sprint("name", i)
		if i >= 190_000 {
			body += fmt.Sprintf(`{"secret_placeholder":"p%d","secret_name":"name%[1]d"},`, i)
		}
	}
	body = strings.TrimSuffix(body, ",") + "]}"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }))
	defer server.Close()
	client, err := connectorsecrets.New(connectorsecrets.APIKey("fake-key-of-test"), connectorsecrets.WithBaseURL(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	manifest := &audit.Manifest{Connectors: []audit.Connector{{ID: "A", Required: required, Environments: []audit.Environment{{TeamID: 1}}}}}
	done := make(chan int, 1)
	go func() {
		for finding := range audit.Run(t.Context(), manifest, client) {
			done <- len(finding.Missing)
		}
	}()
	select {
	case missing := <-done:
		if missing != 190_000 {
			t.Errorf("%d are missing", missing)
		}
	case <-time.After(20 * time.Second): // it takes a fraction of a second
		t.Fatal("still comparing after 20 s")
	}
}
