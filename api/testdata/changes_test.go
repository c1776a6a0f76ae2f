package connectorsecrets_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// The tests in this file are compiled with code that is generated from the document plus changes.yaml. See
// TestGenerate_AChangeNeedsNoHandEdit in package api.

const everyKind = `{"secret_placeholder":"p","secret_name":"n","k_text":"t","k_int32":-2147483648,"k_int64":9223372036854775807,"k_int":1,
	"k_number":1.5,"k_float":0.5,"k_bool":true,"k_time":"2026-11-24T10:00:00Z","k_date":"2026-11-24",
	"k_uuid":"00000000-0000-0000-0000-000000000001","k_uri":"https://example.com/","k_byte":"AAE=","k_enum":"a",
	"k_texts":["a"],"k_ints":[1],"k_numbers":[0.25],"k_bools":[false],"k_times":["2026-11-24T10:00:00Z"],"k_nullables":["a",null],
	"k_lists":[[1,2],[]],"k_objects":[{"a":"x","b":2}],"k_ref":{"id":"o","since":"2026-11-24T10:00:00Z"},"k_alias":{"id":"o"},"k_refs":[{"id":"o"}],
	"k_all":{"id":"o","more":"m"},"k_inline":{"x":"y","y":{"z":true}},"k_map":{"a":"b"},"k_map_of_lists":{"a":[1]},
	"k_map_of_refs":{"a":{"id":"o"}},"k_map_of_objects":{"a":{"q":"r"}},"k_map_of_nullables":{"a":"b","c":null},
	"k_open":{"n":"m","o":3},"k_free":{"a":[1,{"b":null}]},"k_any":[1,"a",true],"k_labels":["l"],"k_label_map":{"a":"l"},
	"k_tree":{"name":"a","children":[{"name":"b","children":[]}]},"k-odd name":"odd"}`

func readChanged(t *testing.T, secret string) (*connectorsecrets.SecretList, error) {
	t.Helper()
	server := answer(t, 200, `{"count":1,"zz_generated_at":"2026-11-24T10:00:00Z","secrets":[`+secret+`]}`)
	return newClient(t, server.URL).List(context.Background(), testTeam, testConnector)
}

// TestChanges_EveryKindIsRead reads a list and encodes it again. What is not documented, or is write-only, is not kept.
func TestChanges_EveryKindIsRead(t *testing.T) {
	more := strings.Replace(everyKind, "{", `{"zz_value":"v","zz_hidden":{},"undocumented":"v",`, 1)
	server := answer(t, 200, `{"undocumented":1,"zz_generated_at":"2026-11-24T10:00:00Z","secrets":[`+more+`]}`) // without a count
	list, err := newClient(t, server.URL).List(context.Background(), testTeam, testConnector)
	if err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	var want, got any
	wanted := `{"count":1,"zz_generated_at":"2026-11-24T10:00:00Z","secrets":[` + everyKind + `]}`
	if err := errors.Join(json.Unmarshal([]byte(wanted), &want), json.Unmarshal(written, &got)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-sent +read):\n%s", diff)
	}
}

// TestChanges_EveryKindIsHeldToItsKind replaces each value by one of another kind, which is refused, and by null, which counts
// as absent.
func TestChanges_EveryKindIsHeldToItsKind(t *testing.T) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(everyKind), &members); err != nil {
		t.Fatal(err)
	}
	for name := range members {
		if name == "secret_placeholder" || name == "secret_name" {
			continue
		}
		with := func(value string) string {
			changed := maps.Clone(members)
			changed[name] = json.RawMessage(value)
			encoded, _ := json.Marshal(changed)
			return string(encoded)
		}
		if _, err := readChanged(t, with("null")); err != nil {
			t.Errorf("%s as null: %v", name, err)
		}
		if name == "k_any" {
			continue
		}
		other := "12.5"
		if strings.Contains(name, "number") || name == "k_float" {
			other = `"text"`
		}
		var unexpected *connectorsecrets.UnexpectedResponseError
		if _, err := readChanged(t, with(other)); !errors.As(err, &unexpected) {
			t.Errorf("%s as %s: %v", name, other, err)
		}
	}
	for _, bad := range []string{`"k_int32":2147483648`, `"k_time":"yesterday"`, `"k_uuid":"1"`, `"k_byte":"?"`, `"k_ref":{}`, `"k_objects":[{"b":1}]`, `"k_texts":[null]`, `"k_map":{"a":null,"b":1}`, `"k_text":"a","k_text":"b"`} {
		var unexpected *connectorsecrets.UnexpectedResponseError
		if _, err := readChanged(t, `{"secret_placeholder":"p","secret_name":"n",`+bad+`}`); !errors.As(err, &unexpected) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// TestChanges_AnErrorKeepsWhatIsNew: errors are read leniently. Of a value of another kind, only that value is lost.
func TestChanges_AnErrorKeepsWhatIsNew(t *testing.T) {
	long := strings.Repeat("m", 4000)
	err := listError(t, 451, `{"zz_links":["https://example.com/help"],"meta":{"request_id":"`+requestID+`","zz_trace":["a",5,"`+testKey+`"]},
		"error":{"code":"LOCKED_BY_OTHERS","message":"`+long+`","zz_severity":"high","zz_fields":[{"reason":"none"},{"name":"team_id","reason":5}]}}`)
	var got *connectorsecrets.APIError
	if !errors.As(err, &got) {
		t.Fatal(err)
	}
	if got.Code != connectorsecrets.ErrorCodeLockedByOthers || got.Message != long || got.ZzSeverity == nil || *got.ZzSeverity != secretsapi.ErrorDetailZzSeverityHigh {
		t.Errorf("%+v", got.ErrorDetail)
	}
	if links := got.Envelope.ZzLinks; links == nil || len(*links) != 1 {
		t.Errorf("links %v", links)
	}
	if got.ZzTrace == nil || cmp.Diff([]string{"a", "REDACTED"}, *got.ZzTrace) != "" {
		t.Errorf("trace %v", got.ZzTrace)
	}
	err = listError(t, 451, `{"error":{"code":"LOCKED_BY_OTHERS"}}`)
	if short := (*connectorsecrets.APIError)(nil); !errors.As(err, &short) || short.Message != "" || short.RequestID != "" {
		t.Errorf("without message, meta and request ID: %v", err)
	}
	if got.ZzFields == nil || len(*got.ZzFields) != 1 || (*got.ZzFields)[0].Name != "team_id" || (*got.ZzFields)[0].Reason != nil {
		t.Errorf("fields %+v", got.ZzFields)
	}
}

func TestChanges_ParametersAndLimits(t *testing.T) {
	client := newClient(t, answer(t, 200, secretsBody(150, 150), "X-Zz", "miss", "X-Else", "no").URL)
	for connector, allowed := range map[string]bool{
		"abc.def~ghi": true, strings.Repeat("x", 200): true, "..": false, ".": false, "a/b": false, strings.Repeat("x", 201): false,
	} {
		list, err := client.List(context.Background(), testTeam, connector)
		var refused *connectorsecrets.ArgumentError
		if errors.As(err, &refused) == allowed {
			t.Errorf("%.10s: %v", connector, err)
		}
		if allowed && (err != nil || list.Response.Header.Get("X-Zz") != "miss" || list.Response.Header.Get("X-Else") != "") {
			t.Errorf("%v, %+v, want the header fields that are documented", err, list)
		}
	}
}

// TestChanges_ASuccessWithoutABody is an empty list.
func TestChanges_ASuccessWithoutABody(t *testing.T) {
	list, err := newClient(t, answer(t, 204, "").URL).List(context.Background(), testTeam, testConnector)
	if err != nil || list.Secrets == nil || len(list.Secrets) != 0 || list.Response.StatusCode != 204 {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestChanges_TheSandboxPlaysNewStatuses meets them with their headers and their examples.
func TestChanges_TheSandboxPlaysNewStatuses(t *testing.T) {
	server := sandbox.Start(t)
	client, err := connectorsecrets.New(connectorsecrets.APIKey(server.APIKey), connectorsecrets.WithBaseURL(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	var got *connectorsecrets.APIError
	if _, err := client.List(context.Background(), testTeam, "error-451"); !errors.As(err, &got) || got.Response.StatusCode != 451 ||
		got.Message != "Somebody is faster." || got.Response.Header.Get("X-Zz-Problem") != "parameter" || got.ZzSeverity == nil || *got.ZzSeverity != "low" {
		t.Errorf("%v", err)
	}
	list, err := client.List(context.Background(), testTeam, testConnector)
	if err != nil || list.Response.Header.Get("X-Zz") != "hit" || list.ZzNote == nil || *list.ZzNote != "shown" {
		t.Errorf("%+v, %v", list, err)
	}
}
