package connectorsecrets

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
)

// The seed corpus is in testdata/fuzz. Every test run uses it, and `make fuzz` continues from it.

const planted = "planted-secret-value"

// FuzzDecodeList: no panic, no wrong list, and nothing kept that is not part of a list.
func FuzzDecodeList(f *testing.F) {
	f.Fuzz(func(t *testing.T, body []byte) {
		if bytes.Contains(body, []byte(planted)) {
			t.Skip("holds the planted text already")
		}
		// The body unchanged: if it is accepted, encoding/json must read the same list.
		list, unexpected := readFuzzed(body)
		if (list == nil) == (unexpected == nil) {
			t.Fatalf("list %v and error %v", list, unexpected)
		}
		if list != nil {
			checkAccepted(t, body, list)
		}
		if unexpected != nil && (unexpected.Reason == "" || !utf8.ValidString(unexpected.Reason)) {
			t.Errorf("reason %q", unexpected.Reason)
		}

		// With a secret's value planted in an item: the value must not come out, whatever follows it.
		with := fmt.Appendf(nil, `{"count":1,"secrets":[{"secret_value":%q,"secret_name":"n","secret_placeholder":"p"%s`, planted, body)
		list, unexpected = readFuzzed(with)
		if text := fmt.Sprintf("%+v %#v %v", list, unexpected, unexpected); strings.Contains(text, planted) {
			t.Errorf("%q comes out: %s", planted, text)
		}
	})
}

func readFuzzed(body []byte) (*SecretList, *UnexpectedResponseError) {
	list, err := readList(&answer{Response: Response{StatusCode: 200}, body: bytes.NewBuffer(body)})
	unexpected, _ := errors.AsType[*UnexpectedResponseError](err)
	return list, unexpected
}

// checkAccepted reads an accepted body with version 2 of encoding/json, which is as strict, and compares the results.
func checkAccepted(t *testing.T, body []byte, list *SecretList) {
	t.Helper()
	var want struct {
		Count   *int             `json:"count"`
		Secrets []map[string]any `json:"secrets"`
	}
	if err := json.Unmarshal(body, &want); err != nil {
		t.Fatalf("accepted what encoding/json refuses: %v", err)
	}
	if want.Count == nil || want.Secrets == nil || *want.Count != len(want.Secrets) || list.Count != len(want.Secrets) || len(list.Secrets) != list.Count {
		t.Fatalf("count %d and %d secrets from %s", list.Count, len(list.Secrets), body)
	}
	for i, secret := range list.Secrets {
		if want.Secrets[i]["secret_name"] != secret.Name || want.Secrets[i]["secret_placeholder"] != secret.Placeholder {
			t.Errorf("secret %d is %+v, and %v for encoding/json", i, secret, want.Secrets[i])
		}
	}
}

// FuzzDecodeEnvelope: no panic, no credential, and every text is safe to show.
func FuzzDecodeEnvelope(f *testing.F) {
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, body := range [][]byte{body, fmt.Appendf(nil, `{"error":{"message":%q,"description":%q},%s`, planted, body, body)} {
			a := answer{Response: Response{StatusCode: 400}, body: bytes.NewBuffer(body), authorization: "Bearer " + planted}
			err := a.apiError(new(url.URL), true)
			for _, text := range []string{string(err.Code), err.Message, err.Description, err.RequestID} {
				if !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\x1b\r\n\u009b") {
					t.Errorf("text %q", text)
				}
			}
			if length := utf8.RuneCountInString(err.Error()); length > 2*maxShownText+2*maxShownID+100 {
				t.Errorf("a message of %d characters", length)
			}
			if dump := fmt.Sprintf("%v %#v", err, err); strings.Contains(dump, planted) {
				t.Errorf("%q comes out: %s", planted, dump)
			}
		}
	})
}
