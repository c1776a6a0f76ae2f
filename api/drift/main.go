// Drift says how the vendor's document differs from ours. Its arguments are the name of that document, and the file that
// `oasdiff diff --format json` wrote. It prints each difference that is not accepted in a line, and then exits with 1.
package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

const acceptedFile = "api/drift/accepted.txt"

func main() {
	found := must(differences(must(os.ReadFile(os.Args[2]))))
	accepted := readAccepted(string(must(os.ReadFile(acceptedFile))))
	// What is accepted at a place that has moved is no news, so first the new differences, then those that are gone.
	lines, remedy := fold(without(found, accepted)), "change api/openapi.yaml too, or copy the line, below its reason, to "+acceptedFile
	if len(lines) == 0 {
		lines, remedy = fold(without(accepted, found)), "it is accepted, but no difference any more: remove the line from "+acceptedFile
	}
	if len(lines) > 0 {
		fmt.Printf("%s\n\nours -> %s: %s\n", strings.Join(lines, "\n"), os.Args[1], remedy)
		os.Exit(1)
	}
	fmt.Printf("no drift from %s: %d differences are accepted in %s\n", os.Args[1], len(fold(found)), acceptedFile)
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	return value
}

func without(lines, others []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return slices.Contains(others, line) })
}

// differences returns a line "place: ours -> the vendor's", or "place: name", for each difference in our operation.
func differences(diff []byte) ([]string, error) {
	var all any
	if err := json.Unmarshal(diff, &all); err != nil {
		return nil, fmt.Errorf("read oasdiff's output: %w", err)
	}
	var lines []string
	flatten("", all, func(line string) {
		if !others.MatchString(line) && (!strings.HasPrefix(line, "components/") || strings.HasPrefix(line, "components/securitySchemes/")) {
			lines = append(lines, operation.ReplaceAllString(line, ""))
		}
	})
	return lines, nil
}

// others matches texts, and what the vendor's document has for its other operations, as most of the components are. Where our
// operation refers to a component, a difference is at that place too.
var others = regexp.MustCompile(`^(info|tags|externalDocs|servers/added|components/securitySchemes/added|paths/[^:]*/operations/added)\b`)

// operation matches the beginning of the places in our operation, the only one that drift.sh compares.
var operation = regexp.MustCompile(`^paths/.*?/operations/GET/`)

// flatten calls add for each difference below node. oasdiff has them as objects with from and to, or in lists.
func flatten(place string, node any, add func(line string)) {
	list := []any{node}
	switch node := node.(type) {
	case map[string]any:
		if from, ok := node["from"]; ok && len(node) == 2 {
			add(place + ": " + text(from) + " -> " + text(node["to"]))
			return
		}
		for _, key := range slices.Sorted(maps.Keys(node)) {
			if names, ok := node[key].(map[string]any); ok && key == "modified" {
				for _, name := range slices.Sorted(maps.Keys(names)) {
					flatten(strings.TrimPrefix(place+"/"+name, "/"), names[name], add)
				}
			} else {
				flatten(strings.TrimPrefix(place+"/"+key, "/"), node[key], add)
			}
		}
		return
	case []any:
		list = node
	}
	for _, item := range list {
		add(place + ": " + text(item))
	}
}

func text(value any) string {
	encoded, _ := json.Marshal(value) // it came from JSON
	return string(encoded)
}

var response = regexp.MustCompile(`^responses/([^/:]+)(/.*)`)

// fold joins lines that differ only in the status: responses/401,403/….
func fold(lines []string) (folded []string) {
	at := map[string]int{}
	for _, line := range lines {
		parts := response.FindStringSubmatch(line)
		if parts == nil {
			folded = append(folded, line)
		} else if i, ok := at[parts[2]]; ok {
			folded[i] = strings.TrimSuffix(folded[i], parts[2]) + "," + parts[1] + parts[2]
		} else {
			at[parts[2]] = len(folded)
			folded = append(folded, line)
		}
	}
	return folded
}

// readAccepted returns the accepted lines, one for each status.
func readAccepted(list string) (lines []string) {
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		switch parts := response.FindStringSubmatch(line); {
		case line == "", line[0] == '#':
		case parts == nil:
			lines = append(lines, line)
		default:
			for one := range strings.SplitSeq(parts[1], ",") {
				lines = append(lines, "responses/"+one+parts[2])
			}
		}
	}
	return lines
}
