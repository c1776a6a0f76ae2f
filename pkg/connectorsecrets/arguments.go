package connectorsecrets

import (
	"fmt"
	"strconv"
)

// maxConnectorIDLength is the longest connector identifier, in bytes, that the API's specification allows.
const maxConnectorIDLength = 100

// ArgumentError says that an argument, option or credential was refused before anything was sent. Its text names the
// argument and what is allowed; it never repeats the refused text, which may be a credential in the wrong place.
type ArgumentError struct {
	// Argument names what was refused, such as "connector identifier".
	Argument string
	// Reason says what is allowed, or what is missing.
	Reason string
	// Err is the cause, if there is one: for a token source, the error that it returned.
	Err error

	credential bool
}

// Error names the argument, the reason and the cause.
func (e *ArgumentError) Error() string {
	text := "invalid " + e.Argument + ": " + e.Reason
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the cause, or nil.
func (e *ArgumentError) Unwrap() error { return e.Err }

// Credential reports whether it was the credential that was refused: none was given, it can't be sent, or its source
// failed.
func (e *ArgumentError) Credential() bool {
	return e.credential || e.Argument == argCredential || e.Argument == argTokenSource
}

// CheckConnector returns the [*ArgumentError] with which [Client.List] would refuse a team ID and connector identifier,
// or nil. It lets a program check its input before it has a client.
func CheckConnector(teamID int64, connectorID string) error {
	if err := checkTeamID(teamID); err != nil {
		return err
	}
	return checkConnectorID(connectorID)
}

// checkTeamID holds the team to the specification's minimum.
func checkTeamID(teamID int64) error {
	if teamID < 1 {
		return &ArgumentError{Argument: "team ID", Reason: "must be at least 1, not " + strconv.FormatInt(teamID, 10)}
	}
	return nil
}

// checkConnectorID holds the identifier to the specification's pattern, ^[A-Za-z0-9_-]+$ and at most 100 characters.
// The generated client puts whatever it gets into the path, where ".." or "a/b" would become another path.
func checkConnectorID(connectorID string) error {
	const name = "connector identifier"
	if connectorID == "" {
		return &ArgumentError{Argument: name, Reason: "must not be empty"}
	}
	if len(connectorID) > maxConnectorIDLength {
		return &ArgumentError{
			Argument: name,
			Reason:   fmt.Sprintf("must have at most %d characters, not %d", maxConnectorIDLength, len(connectorID)),
		}
	}
	for i := range len(connectorID) {
		if !isIdentifierByte(connectorID[i]) {
			return &ArgumentError{
				Argument: name,
				Reason:   fmt.Sprintf("must consist of ASCII letters, digits, '_' and '-', but byte %d is something else", i+1),
			}
		}
	}
	return nil
}

func isIdentifierByte(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '_' || b == '-'
}
