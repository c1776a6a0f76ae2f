package operation

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ParameterError says that a parameter breaks the document. It never repeats the value, which may be a credential in the
// wrong place.
type ParameterError struct {
	// Parameter is the name that the document gives it, such as "team_id".
	Parameter string
	// Reason says what is allowed.
	Reason string
}

// Error names the parameter and what is allowed.
func (e *ParameterError) Error() string { return e.Parameter + " " + e.Reason }

// Number is the kind of parameters that have a minimum and a maximum.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

// AtLeast holds a number to a minimum.
func AtLeast[T Number](name string, value T, minimum float64) error {
	if float64(value) >= minimum {
		return nil
	}
	return &ParameterError{name, "must be at least " + strconv.FormatFloat(minimum, 'f', -1, 64)}
}

// AtMost holds a number to a maximum.
func AtMost[T Number](name string, value T, maximum float64) error {
	if float64(value) <= maximum {
		return nil
	}
	return &ParameterError{name, "must be at most " + strconv.FormatFloat(maximum, 'f', -1, 64)}
}

// Segment holds a text to what can be a segment of a path, whatever its pattern allows: an empty one, "." and ".." would
// make another path.
func Segment(name, value string) error {
	switch value {
	case "":
		return &ParameterError{name, "must not be empty"}
	case ".", "..":
		return &ParameterError{name, "must not be . or .., which would make another path"}
	default:
		return nil
	}
}

// Longer holds a text to a minimum of characters (code points).
func Longer(name, value string, minimum int) error {
	if length := utf8.RuneCountInString(value); length < minimum {
		return &ParameterError{name, fmt.Sprintf("must have at least %d characters, not %d", minimum, length)}
	}
	return nil
}

// Shorter holds a text to a maximum of characters (code points).
func Shorter(name, value string, maximum int) error {
	if length := utf8.RuneCountInString(value); length > maximum {
		return &ParameterError{name, fmt.Sprintf("must have at most %d characters, not %d", maximum, length)}
	}
	return nil
}

// Pattern compiles a pattern of the document, whose \uXXXX is Go's \x{XXXX}. The generator has seen to it that this works.
func Pattern(pattern string) *regexp.Regexp {
	return regexp.MustCompile(codePoint.ReplaceAllString(pattern, `\x{$1}`))
}

var codePoint = regexp.MustCompile(`\\u([0-9A-Fa-f]{4})`)

// Matches holds a text to a pattern. The error names the character at which the value goes wrong, if what comes before it
// meets the pattern, and it is one of the first 200.
func Matches(name, value string, pattern *regexp.Regexp) error {
	if pattern.MatchString(value) {
		return nil
	}
	reason := "must match " + pattern.String()
	const first = 200
	place, end := 1, 0
	for ; place <= first; place++ {
		_, size := utf8.DecodeRuneInString(value[end:])
		if end += size; !pattern.MatchString(value[:end]) {
			break
		}
	}
	if 1 < place && place <= first {
		reason += fmt.Sprintf(", but character %d does not", place)
	}
	return &ParameterError{name, reason}
}

// OneOf holds a value to a closed set. Allowed is for the message.
func OneOf(name string, valid bool, allowed ...string) error {
	if valid {
		return nil
	}
	return &ParameterError{name, "must be one of " + strings.Join(allowed, ", ")}
}
