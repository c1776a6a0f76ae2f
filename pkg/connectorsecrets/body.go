package connectorsecrets

import (
	"errors"
	"io"
	"net/http"
)

const (
	// maxBodyBytes bounds a body after decompression. The largest normal response, 100 secrets with names of 255
	// characters, needs less than a tenth of it.
	maxBodyBytes = 1 << 20
	// firstBodyBytes is the initial buffer for a body of unknown length. It holds a list of 100 secrets with ordinary
	// names. A full buffer grows by growthFactor: few steps up to the bound leave little garbage.
	firstBodyBytes = 8 << 10
	growthFactor   = 4
)

var errOversized = errors.New("oversized body")

// readBody reads a body of at most maxBodyBytes, counted after decompression. If the connection fails, it returns what it
// has read together with the error.
func readBody(response *http.Response) ([]byte, error) {
	if response.ContentLength > maxBodyBytes {
		return nil, errOversized
	}
	room := firstBodyBytes
	if response.ContentLength > 0 {
		room = int(response.ContentLength) + 1 // one more, to reach EOF without growing
	}
	body := make([]byte, 0, room)
	for {
		n, err := response.Body.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		switch {
		case len(body) > maxBodyBytes:
			return nil, errOversized
		case err == io.EOF: // == because a wrapped EOF is a failure
			return body, nil
		case err != nil:
			return body, err
		}
		if len(body) == cap(body) {
			body = append(make([]byte, 0, min(cap(body)*growthFactor, maxBodyBytes+1)), body...)
		}
	}
}
