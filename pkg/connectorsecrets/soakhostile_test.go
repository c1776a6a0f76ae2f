//go:build soak

package connectorsecrets_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/leaktest"
)

const soakHostileCalls = 20_000

// TestSoak_HostileServers makes 20,000 calls to each server that makes net/http repeat requests or that echoes the
// credential, in every spelling. It counts the requests at the server, and searches all output for the credential.
func TestSoak_HostileServers(t *testing.T) {
	written := slices.Collect(maps.Values(leaktest.Spellings(plantedCredential)))
	body := func() string {
		echo := written[rand.IntN(len(written))].InJSON
		return fmt.Sprintf(`{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":"%s"}],"meta":{"request_id":"%s"},"error":{"message":"%s"}}`, echo, echo, echo)
	}
	for _, server := range hostiles() {
		t.Run(server.name, func(t *testing.T) {
			var requests, told atomic.Int64
			transport := connectorsecrets.NewTransport()
			defer transport.CloseIdleConnections()
			var baseURL string
			if server.http2 == nil {
				baseURL = "http://" + serveRaw(t, http1(func(int, *http.Request) string {
					requests.Add(1)
					switch rand.IntN(10) {
					case 0:
						return ""
					case 1:
						return message(403, body())
					case 2:
						return message(200, body())
					default:
						return message(200, oneSecret)
					}
				}))
			} else {
				serve, trusting := withTLS(certificate(t, nil), "h2", http2(func(_ int, stream uint32) []byte {
					if requests.Add(1); rand.IntN(20) == 0 {
						return server.http2(stream)
					}
					return list2(stream)
				}))
				transport.TLSClientConfig = trusting
				baseURL = "https://" + serveRaw(t, serve)
			}
			const most = 3
			client, err := connectorsecrets.New(connectorsecrets.APIKey(plantedCredential), connectorsecrets.WithBaseURL(baseURL),
				connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}),
				connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{MaxAttempts: most, BaseDelay: time.Millisecond, MaxDelay: time.Millisecond}))
			if err != nil {
				t.Fatal(err)
			}
			var next atomic.Int64
			var kinds sync.Map
			var workers sync.WaitGroup
			for range soakWorkers {
				workers.Go(func() {
					for next.Add(1) <= soakHostileCalls {
						list, err := client.List(context.Background(), testTeam, testConnector)
						kind, attempts, _ := outcome(list, err)
						count, _ := kinds.LoadOrStore(kind, new(atomic.Int64))
						count.(*atomic.Int64).Add(1)
						told.Add(int64(attempts))
						var texts []string
						walk(reflect.ValueOf(&err), func(text string) { texts = append(texts, text) }, map[uintptr]bool{})
						if text := strings.Join(texts, "\n") + fmt.Sprintf("%v %#v %v", err, err, list); attempts > most || leaktest.Reveals(text, plantedCredential) {
							t.Errorf("%s after %d attempts: %s", kind, attempts, text)
						}
					}
				})
			}
			workers.Wait()
			kinds.Range(func(kind, count any) bool { t.Logf("%8d %s", count.(*atomic.Int64).Load(), kind); return true })
			// The server has not seen all of them: some connections died before it read the request.
			if seen := requests.Load(); seen > told.Load() || seen < soakHostileCalls {
				t.Errorf("%d requests seen, %d reported", seen, told.Load())
			} else {
				t.Logf("%d requests seen, %d reported, for %d calls", seen, told.Load(), soakHostileCalls)
			}
		})
	}
}
