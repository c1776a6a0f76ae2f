// Drift says how the vendor's document differs from ours. It reads what `oasdiff diff --format json` wrote and the accepted
// differences, prints each other difference in a line, and then exits with 1.
package main

import (
	"bytes"
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
	vendor := os.Args[1] // its name, for people
	diff, err := os.ReadFile(os.Args[2])
	exitOn(err)
	list, err := os.ReadFile(acceptedFile)
	exitOn(err)
	found, err := differences(diff)
	exitOn(err)
	accepted, err := readAccepted(string(list))
	exitOn(err)
	lines := fold(without(found, accepted))
	for _, line := range fold(without(accepted, found)) {
		lines = append(lines, "no difference any more, remove it from "+acceptedFile+": "+line)
	}
	if len(lines) > 0 {
		fmt.Printf("%s\n\n%s has changed. Change api/openapi.yaml as it has, or copy a line to %s, below its reason.\n",
			strings.Join(lines, "\n"), vendor, acceptedFile)
		os.Exit(1)
	}
	fmt.Printf("no drift from %s: %d differences are accepted in %s\n", vendor, len(fold(found)), acceptedFile)
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func without(lines, others []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return slices.Contains(others, line) })
}

// differences returns a line "place: ours -> the vendor's", or "place: name", for each difference in our operation.
func differences(diff []byte) ([]string, error) {
	decoder := json.NewDecoder(bytes.NewReader(diff))
	decoder.UseNumber()
	var all any
	if err := decoder.Decode(&all); err != nil {
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

var (
	// others matches texts, and what the vendor's document has for its other operations. It is also most of the components: where
	// our operation refers to one, the difference is at that place too.
	others = regexp.MustCompile(`^(info|tags|externalDocs|servers/added|components/securitySchemes/added|paths/[^:]*/operations/added)\b`)
	// operation matches the beginning of the places in our operation, the only one that drift.sh compares.
	operation = regexp.MustCompile(`^paths/.*?/operations/GET/`)
)

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
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // it came from JSON
	return strings.TrimSpace(buffer.String())
}

var response = regexp.MustCompile(`^responses/([^/:]+)/`)

// fold joins lines that differ only in the status: responses/401,403/….
func fold(lines []string) (folded []string) {
	at := map[string]int{}
	for _, line := range lines {
		status := response.FindStringSubmatch(line)
		if status == nil {
			folded = append(folded, line)
			continue
		}
		rest := line[len(status[0]):]
		if i, ok := at[rest]; ok {
			folded[i] = strings.TrimSuffix(folded[i], "/"+rest) + "," + status[1] + "/" + rest
			continue
		}
		at[rest] = len(folded)
		folded = append(folded, line)
	}
	return folded
}

// readAccepted returns the accepted lines, one for each status. A comment above them has to give the reason.
func readAccepted(list string) (lines []string, err error) {
	reason := false
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		switch status := response.FindStringSubmatch(line); {
		case line == "", line[0] == '#':
			reason = line != ""
		case !reason:
			return nil, fmt.Errorf("%s: no reason stands above %s", acceptedFile, line)
		case status == nil:
			lines = append(lines, line)
		default:
			for one := range strings.SplitSeq(status[1], ",") {
				lines = append(lines, "responses/"+one+"/"+line[len(status[0]):])
			}
		}
	}
	return lines, nil
}
