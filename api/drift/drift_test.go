package main

import (
	"slices"
	"strings"
	"testing"
)

func TestDifferences(t *testing.T) {
	const diff = `{"info":{"version":{"from":"1","to":"2"}},"servers":{"added":["https://a"],"deleted":["https://b"]},
		"components":{"schemas":{"deleted":["A"]},"securitySchemes":{"added":["B"],"modified":{"K":{"name":{"from":"X","to":"Y"}}}}},
		"paths":{"added":["/v2/s"],"modified":{"/v1/{t}/s":{"operations":{"added":["POST"],"modified":{"GET":{"servers":{"added":["https://c"]},
		"responses":{"added":["409"],"modified":{"401":{"headers":{"deleted":["H"]}},"403":{"headers":{"deleted":["H"]}},
		"200":{"schema":{"properties":{"modified":{"modified":{"max":{"from":null,"to":9223372036854776000}},"from":{"type":{"from":"x","to":1}},"to":{"x":true}}}}}}}}}}}}}}`
	got, err := differences([]byte(diff))
	want := []string{
		`components/securitySchemes/K/name: "X" -> "Y"`,
		`paths/added: "/v2/s"`,
		`responses/added: "409"`,
		`responses/200/schema/properties/from/type: "x" -> 1`,
		`responses/200/schema/properties/modified/max: null -> 9223372036854776000`,
		`responses/200/schema/properties/to/x: true`,
		`responses/401,403/headers/deleted: "H"`,
		`servers/added: "https://c"`,
		`servers/deleted: "https://b"`,
	}
	if got = fold(got); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v:\n%s", err, strings.Join(got, "\n"))
	}
}

func TestReadAccepted(t *testing.T) {
	got := readAccepted("# why\na: 1 -> 2\n\nresponses/401,403/b: 1 -> 2\n")
	if want := []string{"a: 1 -> 2", "responses/401/b: 1 -> 2", "responses/403/b: 1 -> 2"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
