package audit

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
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

// Connector parses a connector: identifier, or team/identifier. An identifier alone belongs to the team t.
func (t Team) Connector(text string) (connectorsecrets.Connector, error) {
	id := text
	if before, after, found := strings.Cut(text, "/"); found {
		// An empty team before the / is a mistake in the text, not a missing team.
		t, id = Team{Text: before, Source: "the text before the /"}, strings.TrimSpace(after)
		if strings.TrimSpace(before) == "" {
			t.Text = "none"
		}
	}
	teamID, err := t.ID()
	if err != nil {
		return connectorsecrets.Connector{}, err
	}
	return connectorsecrets.Connector{TeamID: teamID, ID: id}, connectorsecrets.CheckConnector(teamID, id)
}

// Connectors reads a list with one connector per line, as identifier or team/identifier; # begins a comment. Errors begin
// with the label and the line.
func (t Team) Connectors(list []byte, label string) ([]connectorsecrets.Connector, error) {
	if err := textfile.CheckUTF8(list); err != nil {
		return nil, fmt.Errorf("%s, %w", label, err)
	}
	var connectors []connectorsecrets.Connector
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(list, []byte("\ufeff"))))
	number := 0
	for lines.Scan() {
		number++
		line, _, _ := strings.Cut(lines.Text(), "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		connector, err := t.Connector(line)
		if err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", label, number, err)
		}
		connectors = append(connectors, connector)
	}
	// The list is in memory, so nothing else can fail.
	if lines.Err() != nil {
		return nil, fmt.Errorf("%s, line %d: the line is too long: write one connector per line, as identifier or team/identifier", label, number+1)
	}
	if len(connectors) == 0 {
		return nil, fmt.Errorf("%s: there is no connector in it; write one per line, as identifier or team/identifier", label)
	}
	return connectors, nil
}
