package operation

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ParameterError says that a parameter violates the API's specification. It never repeats the value, which may be a
// credential passed by mistake.
type ParameterError struct {
	// Parameter is the parameter's name in the specification, such as "team_id".
	Parameter string
	// Reason says what is allowed.
	Reason string
}

// Name returns the parameter's name for people, such as "team ID".
func (e *ParameterError) Name() string { return forPeople.Replace(e.Parameter) }

var forPeople = strings.NewReplacer("_identifier", " identifier", "_id", " ID", "_", " ")

// Error names the parameter and what is allowed.
func (e *ParameterError) Error() string { return e.Parameter + " " + e.Reason }

// Number is the type of a parameter with a minimum or a maximum.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

// AtLeast checks a number against a minimum.
func AtLeast[T Number](name string, value T, minimum float64) error {
	if float64(value) >= minimum {
		return nil
	}
	return &ParameterError{name, "must be at least " + strconv.FormatFloat(minimum, 'f', -1, 64)}
}

// AtMost checks a number against a maximum.
func AtMost[T Number](name string, value T, maximum float64) error {
	if float64(value) <= maximum {
		return nil
	}
	return &ParameterError{name, "must be at most " + strconv.FormatFloat(maximum, 'f', -1, 64)}
}

// Segment checks that value can be a path segment, whatever the parameter's pattern allows. An empty one, "." and ".."
// would change the path.
func Segment(name, value string) error {
	switch value {
	case "":
		return &ParameterError{name, "must not be empty"}
	case ".", "..":
		return &ParameterError{name, "must not be . or .., which would change the path"}
	default:
		return nil
	}
}

// Longer checks that value has at least minimum characters (code points).
func Longer(name, value string, minimum int) error {
	if length := utf8.RuneCountInString(value); length < minimum {
		return &ParameterError{name, fmt.Sprintf("must have at least %d characters, not %d", minimum, length)}
	}
	return nil
}

// Shorter checks that value has at most maximum characters (code points).
func Shorter(name, value string, maximum int) error {
	if length := utf8.RuneCountInString(value); length > maximum {
		return &ParameterError{name, fmt.Sprintf("must have at most %d characters, not %d", maximum, length)}
	}
	return nil
}

// Pattern compiles a pattern of the specification. It translates \uXXXX to Go's \x{XXXX}. The generator has checked that
// the pattern compiles.
func Pattern(pattern string) *regexp.Regexp {
	return regexp.MustCompile(codePoint.ReplaceAllString(pattern, `\x{$1}`))
}

var codePoint = regexp.MustCompile(`\\u([0-9A-Fa-f]{4})`)

// Matches checks value against a pattern.
func Matches(name, value string, pattern *regexp.Regexp) error {
	if pattern.MatchString(value) {
		return nil
	}
	return &ParameterError{name, "must match " + pattern.String()}
}

// OneOf returns an error unless valid, which says that the value is in a closed set. Allowed lists that set for the
// message.
func OneOf(name string, valid bool, allowed ...string) error {
	if valid {
		return nil
	}
	return &ParameterError{name, "must be one of " + strings.Join(allowed, ", ")}
}
