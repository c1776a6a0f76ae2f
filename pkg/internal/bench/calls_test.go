package bench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"example.com/bench/ogenapi"
	"github.com/ogen-go/ogen/ogenerrors"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

const (
	team      = 936506
	connector = "T3S70"
	key       = "fake-api-key-for-tests-with-40-character"
	workers   = 16
)

// A caller makes one call or more, and returns the number of secrets or of calls.
type caller func(ctx context.Context) (int, error)

// byHand is a call written with net/http and encoding/json, without checks, retries, bounds or typed errors.
func byHand(client *http.Client, baseURL string) caller {
	return func(ctx context.Context) (int, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/v1/teams/%d/connector_builder/connectors/%s/secrets", baseURL, team, connector), nil)
		if err != nil {
			return 0, err
		}
		request.Header.Set("Authorization", "Bearer "+key)
		request.Header.Set("Accept", "application/json")
		response, err := client.Do(request)
		if err != nil {
			return 0, err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return 0, fmt.Errorf("status %d", response.StatusCode)
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return 0, err
		}
		var list secretsapi.SecretList
		err = json.Unmarshal(body, &list)
		return len(list.Secrets), err
	}
}

func oapiCodegen(client *http.Client, baseURL string) caller {
	api := must(secretsapi.NewClientWithResponses(baseURL, secretsapi.WithHTTPClient(client),
		secretsapi.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
			r.Header.Set("Authorization", "Bearer "+key)
			return nil
		})))
	return func(ctx context.Context) (int, error) {
		response, err := api.ListConnectorSecretsWithResponse(ctx, team, connector)
		if err != nil {
			return 0, err
		}
		return len(response.JSON200.Secrets), nil
	}
}

// ogenSecurity supplies the credential for one of the schemes.
type ogenSecurity struct{}

func (ogenSecurity) ApiKeyAuth(context.Context, ogenapi.OperationName) (ogenapi.ApiKeyAuth, error) {
	return ogenapi.ApiKeyAuth{}, ogenerrors.ErrSkipClientSecurity
}

func (ogenSecurity) BearerAuth(context.Context, ogenapi.OperationName) (ogenapi.BearerAuth, error) {
	return ogenapi.BearerAuth{Token: key}, nil
}

func ogen(client *http.Client, baseURL string) caller {
	api := must(ogenapi.NewClient(baseURL, ogenSecurity{}, ogenapi.WithClient(client)))
	return func(ctx context.Context) (int, error) {
		response, err := api.ListConnectorSecrets(ctx, ogenapi.ListConnectorSecretsParams{TeamID: team, ConnectorIdentifier: connector})
		if err != nil {
			return 0, err
		}
		return len(response.(*ogenapi.ConnectorSecretList).Secrets), nil
	}
}

func newClient(options ...connectorsecrets.Option) *connectorsecrets.Client {
	return must(connectorsecrets.New(connectorsecrets.APIKey(key), options...))
}

func list(client *connectorsecrets.Client) caller {
	return func(ctx context.Context) (int, error) {
		list, err := client.List(ctx, team, connector)
		if err != nil {
			return 0, err
		}
		return list.Count, nil
	}
}

func listEach(client *connectorsecrets.Client, calls int) caller {
	connectors := slices.Repeat([]connectorsecrets.Connector{{TeamID: team, ID: connector}}, calls)
	return func(ctx context.Context) (done int, _ error) {
		for result := range client.ListEach(ctx, slices.Values(connectors), connectorsecrets.WithWorkers(workers), connectorsecrets.WithPace(0)) {
			must(result.List, result.Err)
			done++
		}
		return done, nil
	}
}

// loop does what listEach does, with as many goroutines and another call.
func loop(call caller, calls int) caller {
	return func(ctx context.Context) (int, error) {
		var next atomic.Int64
		var running sync.WaitGroup
		for range workers {
			running.Go(func() {
				for next.Add(1) <= int64(calls) {
					must(call(ctx))
				}
			})
		}
		running.Wait()
		return calls, nil
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// secretsBody returns a list whose names have so many letters.
func secretsBody(secrets, letters int) fixed {
	items := make([]string, secrets)
	for i := range items {
		items[i] = fmt.Sprintf(`{"secret_placeholder":"sec_%09x","secret_name":"name_%0*d"}`, i, letters-len("name_"), i)
	}
	return fmt.Appendf(nil, `{"count":%d,"secrets":[%s]}`, secrets, strings.Join(items, ","))
}

var header = http.Header{"Content-Type": {"application/json"}, "X-Ratelimit-Limit": {"1000"}, "X-Ratelimit-Remaining": {"998"}}

// fixed is a server's body. As a transport, it allocates three times: the response, its body and the reader.
type fixed []byte

func (body fixed) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	maps.Copy(w.Header(), header)
	_, _ = w.Write(body)
}

func (body fixed) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		Status: "200 OK", StatusCode: 200, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: header, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}
