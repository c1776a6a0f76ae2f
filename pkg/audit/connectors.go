package audit

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/textfile"
)

// Team is a team's number as text, not yet checked.
type Team struct {
	Text string
	// Source says in errors where the text comes from, such as "--team-id".
	Source string
}

// ErrNoTeam means that no team is given.
var ErrNoTeam = errors.New("which team?")

// ID returns the team's number, or [ErrNoTeam] if the text is empty.
func (t Team) ID() (int64, error) {
	text := strings.TrimSpace(t.Text)
	if text == "" {
		return 0, ErrNoTeam
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, fmt.Errorf("%s must be the number of a team, from 1 to 9223372036854775807", t.Source)
	}
	return id, nil
}

// Connector parses a connector: identifier, or team/identifier. An identifier alone belongs to the team t. Its errors do not
// repeat the text, which may be a credential.
func (t Team) Connector(text string) (connectorsecrets.Connector, error) {
	id := text
	if strings.Count(text, "/") > 1 {
		return connectorsecrets.Connector{}, errors.New("a connector is an identifier or team/identifier, with no other /")
	}
	if before, after, found := strings.Cut(text, "/"); found {
		// An empty team before the / is a mistake in the text, not a missing team.
		t = Team{Text: cmp.Or(strings.TrimSpace(before), "none"), Source: "the text before the /"}
		id = strings.TrimSpace(after)
	}
	teamID, err := t.ID()
	if err != nil {
		return connectorsecrets.Connector{}, err
	}
	return connectorsecrets.Connector{TeamID: teamID, ID: id}, checkID(id)
}

// checkID checks a connector's identifier. It names a character that people don't see.
func checkID(id string) error {
	const what = "invalid connector identifier: character "
	for i, r := range []rune(id) {
		switch {
		case r == ' ' || r == ',':
			name := map[rune]string{' ': "a space", ',': "a comma"}[r]
			return fmt.Errorf(what+"%d is %s; several connectors are several arguments with spaces between them, or lines of a list", i+1, name)
		case safetext.IsInvisible(r):
			return fmt.Errorf(what+"%d is U+%04X, which can't be seen; was it copied from a web page?", i+1, r)
		}
	}
	return connectorsecrets.CheckConnector(1, id)
}

// Connectors reads a list with one connector per line, as identifier or team/identifier; # begins a comment. Errors begin
// with the label and the line.
func (t Team) Connectors(list []byte, label string) ([]connectorsecrets.Connector, error) {
	if err := textfile.CheckUTF8(list); err != nil {
		return nil, fmt.Errorf("%s, %w", label, err)
	}
	var connectors []connectorsecrets.Connector
	number := 0
	for line := range strings.Lines(strings.TrimPrefix(string(list), "\ufeff")) {
		number++
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		connector, err := t.Connector(line)
		if err != nil && hasField(list, "connectors") {
			return nil, fmt.Errorf("%s: this is a manifest, not a list with one connector per line: give it to check as --manifest", label)
		} else if err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", label, number, err)
		}
		connectors = append(connectors, connector)
	}
	if len(connectors) == 0 {
		return nil, fmt.Errorf("%s: there is no connector in it; write one per line, as identifier or team/identifier", label)
	}
	return connectors, nil
}
