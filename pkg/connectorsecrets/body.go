package connectorsecrets

import (
	"errors"
	"io"
	"net/http"
	"sync"
)

const (
	// maxBodyBytes bounds a body after decompression. The largest normal response, 100 secrets with names of 255
	// characters, needs less than a tenth of it.
	maxBodyBytes = 1 << 20
	// firstBodyBytes is the initial buffer for a body of unknown length. It holds a list of 100 secrets with ordinary
	// names. A full buffer grows by growthFactor: few steps up to the bound leave little garbage.
	firstBodyBytes = 8 << 10
	growthFactor   = 4
	// maxEmptyReads is how many reads in a row may return nothing. Package bufio has the same bound.
	maxEmptyReads = 100
)

var errOversized = errors.New("oversized body")

// buffers is a pool of first buffers: most of the memory of a call would be its body.
var buffers = sync.Pool{New: func() any { return new([firstBodyBytes]byte) }}

// free allows another call to use the memory of a body that has been read. Nothing may refer to it any more.
func free(body []byte) {
	if cap(body) == firstBodyBytes {
		buffers.Put((*[firstBodyBytes]byte)(body[:firstBodyBytes]))
	}
}

// readBody reads a body of at most maxBodyBytes, counted after decompression. If the connection fails, it returns what it
// has read together with the error.
func readBody(response *http.Response) ([]byte, error) {
	if response.ContentLength > maxBodyBytes {
		return nil, errOversized
	}
	var body []byte
	if response.ContentLength < firstBodyBytes {
		buffer, _ := buffers.Get().(*[firstBodyBytes]byte)
		body = buffer[:0]
	} else {
		body = make([]byte, 0, response.ContentLength+1) // one more, to reach EOF without growing
	}
	for empty := 0; ; {
		n, err := response.Body.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if empty++; n > 0 {
			empty = 0
		}
		switch {
		case len(body) > maxBodyBytes:
			return nil, errOversized
		case err == io.EOF: // == because a wrapped EOF is a failure
			return body, nil
		case err != nil:
			return body, err
		case empty == maxEmptyReads: // such a body would keep a processor busy for ever
			return body, io.ErrNoProgress
		}
		if len(body) == cap(body) {
			body = append(make([]byte, 0, min(cap(body)*growthFactor, maxBodyBytes+1)), body...)
		}
	}
}
