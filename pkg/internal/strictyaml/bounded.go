package strictyaml

import (
	"errors"
	"io"

	"go.yaml.in/yaml/v4"
)

const (
	tooMany = "there are more than 250000 values up to here"
	tooDeep = "nested more than 64 deep"
)

// boundedReader gives the YAML parser its text in pieces, and limits the depth and the length of text in brackets. It is a
// [yaml.LoaderLimitsPlugin].
type boundedReader struct {
	data       []byte
	offset     int // of the next piece
	inBrackets bool
	begin      int // offset where they begin, exact to the length of a piece
	refused    error
}

const piece = 4 << 10

func (b *boundedReader) Read(to []byte) (int, error) {
	if b.offset == len(b.data) {
		return 0, io.EOF
	}
	if b.inBrackets && b.offset-b.begin > maxBrackets {
		b.refused = errorAt(place(b.data, b.offset), "", "what stands in brackets here is longer than 64 KiB: use indentation, or valid JSON")
		return 0, b.refused
	}
	n := copy(to[:min(len(to), piece)], b.data[b.offset:])
	b.offset += n
	return n, nil
}

// CheckDepth is called where brackets or an indentation begin. In brackets, indentation has no meaning. So a call for an
// indentation means that the brackets have ended.
func (b *boundedReader) CheckDepth(depth int, at *yaml.DepthContext) error {
	if depth > maxDepth {
		return errors.New(tooDeep)
	}
	if at.Kind == yaml.DepthKindBlock {
		b.inBrackets = false
	} else if depth == 1 {
		b.inBrackets, b.begin = true, b.offset
	}
	return nil
}

// CheckAlias is never called, because aliases are refused earlier.
func (b *boundedReader) CheckAlias(int, int) error { return nil }
