// Package browser_test tests the API reference in Chromium. It is a module of its own, so that nobody else needs chromedp.
package browser_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/reference"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// browser is a tab of a headless Chromium. It records the requests of its pages.
type browser struct {
	context.Context

	mu       sync.Mutex
	requests []string
}

// openBrowser starts Chromium. Without Chromium the test is skipped, or fails if REQUIRE_BROWSER is set.
func openBrowser(t *testing.T) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil && os.Getenv("REQUIRE_BROWSER") == "" {
		t.Skip("SKIPPED: chromium is not installed (on Debian: apt-get install chromium)")
	}
	if err != nil {
		t.Fatal("chromium is not installed, and REQUIRE_BROWSER is set")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(t.TempDir()),
		chromedp.Env("TMPDIR="+t.TempDir()),
		chromedp.WindowSize(1200, 1600),
		chromedp.WSURLReadTimeout(90*time.Second), // the first start on a busy machine is slow
		chromedp.DisableGPU,
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium refuses to start as root without it.
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &browser{Context: ctx}
	// The browser writes files until it ends, so they are removed after that.
	t.Cleanup(func() { _ = chromedp.Cancel(ctx) })
	err = chromedp.Listen(ctx, func(event any) {
		if request, ok := event.(*network.EventRequestWillBeSent); ok && !strings.HasPrefix(request.Request.URL, "data:") {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.requests = append(b.requests, request.Request.URL)
		}
	})
	if err != nil {
		t.Fatal("start chromium:", err)
	}
	return b
}

// do runs steps in order.
func (b *browser) do(t *testing.T, what string, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(b, steps...); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// text returns the text of an element.
func (b *browser) text(t *testing.T, selector chromedp.CSS) string {
	t.Helper()
	text, err := chromedp.Run(b, chromedp.Text(selector, chromedp.NodeVisible))
	if err != nil {
		t.Fatalf("%s: %v", selector, err)
	}
	return strings.TrimSpace(text)
}

// asksOnly checks that the page has sent that many requests, including the one for itself, all below a URL.
func (b *browser) asksOnly(t *testing.T, origin string, count int) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	isOther := func(request string) bool { return !strings.HasPrefix(request, origin) }
	if len(b.requests) != count || slices.ContainsFunc(b.requests, isOther) {
		t.Errorf("%d requests, want %d below %s: %v", len(b.requests), count, origin, b.requests)
	}
}

// showsTheOperation checks the path of the operation, without the places at which a line may end.
func (b *browser) showsTheOperation(t *testing.T) {
	t.Helper()
	if got := strings.ReplaceAll(b.text(t, `.opblock-get .opblock-summary-path`), "\u200b", ""); got != secretsapi.ListConnectorSecretsPath {
		t.Errorf("shows the operation %q, want %q", got, secretsapi.ListConnectorSecretsPath)
	}
}

// screenshot keeps a picture of the whole page as the test's artifact: see `make browser`.
func (b *browser) screenshot(t *testing.T, name string) image.Image {
	t.Helper()
	picture, err := chromedp.Run(b, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal("take a screenshot:", err)
	}
	file := filepath.Join(t.ArtifactDir(), name)
	if err := os.WriteFile(file, picture, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Log("screenshot:", file)
	decoded, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

// Selectors in the page of Swagger UI.
const (
	authorize   = chromedp.CSS(`.auth-wrapper button.authorize`)
	bearerToken = chromedp.CSS(`#auth-bearer-value`)
	tryItOut    = chromedp.CSS(`.opblock-get button.try-out__btn`)
	execute     = chromedp.CSS(`.opblock-get button.execute`)
	status      = chromedp.CSS(`.live-responses-table .response .response-col_status`)
	answer      = chromedp.CSS(`.live-responses-table .response .highlight-code`)
)

// TestDocs acts as a reader does: it looks at the page, sends the request, and sends it without a credential. The sandbox is
// mounted below a path of another server.
func TestDocs(t *testing.T) {
	b := openBrowser(t)
	const team, connector = "9007199254740993", "MINE" // more than a double can represent
	connectors := []sandbox.Connector{
		{Identifier: connector, Secrets: []secretsapi.Secret{{Placeholder: "sec_a23f23d26", Name: "client_id"}}}, {Identifier: "EMPTY-ONE"},
	}
	for i := range 25 {
		connectors = append(connectors, sandbox.Connector{Identifier: fmt.Sprintf("C%d", i+3)})
	}
	handler, err := sandbox.New(sandbox.WithSeed(sandbox.Seed{
		Teams: []sandbox.Team{{ID: 1}, {ID: 9007199254740993, Connectors: connectors}},
		Credentials: []sandbox.Credential{
			{BearerToken: "fake-<token>~"}, {APIKey: "fake-key", Teams: []int64{1, 9007199254740993}}, {APIKey: "fake-second-key", Teams: []int64{1}},
		},
	}))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.StripPrefix("/below", handler))
	t.Cleanup(server.Close)
	b.do(t, "open the sandbox itself", chromedp.Navigate(server.URL+"/below/"))
	b.showsTheOperation(t)
	about := b.text(t, `.about`)
	for _, part := range []string{
		"sandbox", "fake-<token>~ OAuth token for all teams", "fake-key API key for 1, " + team, "fake-second-key API key for 1",
		team + " MINE, EMPTY-ONE, C3", "C20, and 7 more", "every team error-401, error-403",
	} {
		if !strings.Contains(about, part) {
			t.Errorf("no %s in %q", part, about)
		}
	}
	b.do(t, "execute what is filled in", chromedp.Click(execute, chromedp.NodeVisible))
	if got := b.text(t, status); !strings.HasPrefix(got, "200") {
		t.Errorf("status %q, want 200", got)
	}
	got := b.text(t, answer)
	for _, part := range []string{`"client_id"`, `"sec_a23f23d26"`} {
		if !strings.Contains(got, part) {
			t.Errorf("the seeded secret's %s is not in the answer %s", part, got)
		}
	}
	log := handler.Requests()
	if last := log[len(log)-1]; last.Path != sandbox.ListPath(9007199254740993, connector) {
		t.Errorf("asked for %s", last.Path)
	}
	b.do(t, "log out",
		chromedp.Click(chromedp.CSS(`.opblock-get button.btn-clear`), chromedp.NodeVisible), chromedp.WaitNotPresent(status),
		chromedp.Click(authorize, chromedp.NodeVisible),
		chromedp.Click(chromedp.CSS(`.modal-ux .auth-container button.btn:not(.authorize):not(.btn-done)`), chromedp.NodeVisible),
		chromedp.WaitVisible(bearerToken),
		chromedp.Click(chromedp.CSS(`.modal-ux button.btn-done`), chromedp.NodeVisible),
		chromedp.Click(execute, chromedp.NodeVisible),
	)
	if got := b.text(t, status); !strings.HasPrefix(got, "401") {
		t.Errorf("status %q without a credential, want 401", got)
	}
	// The redirect, the page and two calls.
	b.asksOnly(t, server.URL+"/below/", 4)
}

// TestDocs_ComeInOrder: the operation and its code samples stand above the advice for generators.
func TestDocs_ComeInOrder(t *testing.T) {
	b := openBrowser(t)
	b.do(t, "open the page", chromedp.Navigate(sandbox.Start(t).URL+"/docs"), chromedp.WaitVisible(execute))
	if got := b.text(t, `.samples [role=tablist]`); got != "curl\nGo\nPython\nTypeScript" {
		t.Errorf("the samples are %q", got)
	}
	for language, part := range map[int]string{1: "curl --", 2: "package main", 3: "import json", 4: "await fetch("} {
		b.do(t, "choose a language", chromedp.Click(chromedp.CSS(fmt.Sprintf(`.samples li:nth-child(%d) button`, language)), chromedp.NodeVisible))
		if got := b.text(t, `.samples .microlight`); !strings.Contains(got, part) {
			t.Errorf("sample %d is %q, want %q in it", language, got, part)
		}
	}
	places, err := chromedp.Run(b, chromedp.Evaluate[[]float64](`[".opblock-summary", ".parameters", ".samples", ".responses-table", ".advice h2"]
		.map(part => document.querySelector(part).getBoundingClientRect().top)`))
	if err != nil || !slices.IsSorted(places) {
		t.Errorf("the parts of the page begin at %v, %v", places, err)
	}
	if got := b.text(t, `.advice`); !strings.Contains(got, "Ignore unknown properties") {
		t.Errorf("the advice is %q", got)
	}
}

// brokenWords is a script that returns the words of a page that are broken over two lines. A line may end at a hyphen, at the
// places that Swagger UI marks in a path, and anywhere in a command or a URL.
const brokenWords = `(() => {
	const broken = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (texts.nextNode()) {
		const node = texts.currentNode;
		if (!node.parentElement.checkVisibility() || node.parentElement.closest("script, style, .curl, .request-url")) continue;
		for (const word of node.data.matchAll(/[^\s\u200b-]+-?/g)) {
			const range = document.createRange();
			range.setStart(node, word.index);
			range.setEnd(node, word.index + word[0].length);
			if (new Set([...range.getClientRects()].map(line => Math.round(line.top))).size > 1) broken.push(word[0]);
		}
	}
	return broken;
})()`

// TestDocs_Fit checks the page on a phone and on a wide screen, in light and in dark mode.
func TestDocs_Fit(t *testing.T) {
	b := openBrowser(t)
	b.do(t, "open the page", chromedp.Navigate(sandbox.Start(t).URL+"/docs"), chromedp.Click(execute, chromedp.NodeVisible))
	if got := b.text(t, answer); !strings.Contains(got, "sec_a23f23d26") {
		t.Errorf("the response is %s", got)
	}
	for _, width := range []int64{360, 1920} {
		for _, scheme := range []string{"light", "dark"} {
			feature := &emulation.MediaFeature{Name: "prefers-color-scheme", Value: scheme}
			b.do(t, "look", chromedp.EmulateViewport(width, 900),
				chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
					_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{feature}})
					return err
				}))
			picture := b.screenshot(t, fmt.Sprintf("docs-%d-%s.png", width, scheme))
			r, g, bl, _ := picture.At(2, 2).RGBA()
			if isDark := r+g+bl < 3*0x4000; isDark != (scheme == "dark") {
				t.Errorf("%d pixels wide, %s: the ground is %x %x %x", width, scheme, r, g, bl)
			}
		}
		script := `({width: document.documentElement.scrollWidth, broken: ` + brokenWords + `,
			longest: Math.max(...[...document.querySelectorAll(".renderedMarkdown :is(p, li)")].map(text => text.clientWidth))})`
		page, err := chromedp.Run(b, chromedp.Evaluate[struct {
			Width, Longest int64
			Broken         []string
		}](script))
		if err != nil {
			t.Fatal(err)
		}
		if page.Width > width || page.Longest > 750 || len(page.Broken) > 0 {
			t.Errorf("%d pixels wide: the page takes %d, its longest line %d, and these words are broken: %q", width, page.Width, page.Longest, page.Broken)
		}
	}
}

// TestDocs_AskNoOtherHost checks that a script in the page can't send requests to another host, and that an injected one does
// not run.
func TestDocs_AskNoOtherHost(t *testing.T) {
	b := openBrowser(t)
	var asked atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	t.Cleanup(other.Close)
	b.do(t, "open the page", chromedp.Navigate(sandbox.Start(t).URL+"/docs"))
	const load = `new Promise(done => { const e = document.createElement("TAG"); e.onload = e.onerror = () => done("refused"); e.src = "URL"; document.body.append(e); })`
	for _, script := range []string{
		`fetch("URL").then(() => "sent", () => "refused")`, strings.Replace(load, "TAG", "img", 1), strings.Replace(load, "TAG", "script", 1),
		`(() => { const s = document.createElement("script"); s.textContent = "window.ran = true"; document.body.append(s); return window.ran ? "ran" : "refused"; })()`,
	} {
		got, err := chromedp.Run(b, chromedp.Evaluate[string](strings.ReplaceAll(script, "URL", other.URL), chromedp.EvalAwaitPromise))
		if err != nil || got != "refused" {
			t.Errorf("%s: %q, %v", script, got, err)
		}
	}
	if asked.Load() > 0 {
		t.Errorf("another host was asked %d times", asked.Load())
	}
}

// TestReference opens the page of the bundle as a file.
func TestReference(t *testing.T) {
	b := openBrowser(t)
	spec, err := api.SpecJSON()
	if err != nil {
		t.Fatal(err)
	}
	html, err := reference.Page(spec, reference.Options{})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "reference.html")
	if err := os.WriteFile(file, html, 0o600); err != nil {
		t.Fatal(err)
	}
	b.do(t, "open the page", chromedp.Navigate("file://"+file))
	b.showsTheOperation(t)
	b.do(t, "read a response", chromedp.WaitVisible(chromedp.CSS(`.opblock-get tr.response[data-code="429"]`)))
	if got := b.text(t, `#model-ConnectorSecretList`); !strings.Contains(got, "Number of secrets") {
		t.Errorf("the schema of the list is closed: %q", got)
	}
	b.screenshot(t, "reference.png")
	b.do(t, "look for a way to execute", chromedp.WaitNotPresent(tryItOut), chromedp.WaitNotPresent(execute),
		chromedp.Click(authorize, chromedp.NodeVisible),
		chromedp.WaitVisible(chromedp.CSS(`.modal-ux .auth-container`)), chromedp.WaitNotVisible(bearerToken))
	b.asksOnly(t, "file://"+file, 1)
}
