package sandbox

// Stopped returns a server that has stopped with an error.
func Stopped(err error) *Server {
	s := &Server{done: make(chan error, 1)}
	s.done <- err
	return s
}

// NewFromSpec returns a sandbox for another document than the embedded one.
func NewFromSpec(document []byte, options ...Option) (*Sandbox, error) {
	spec, err := readSpec(document)
	if err != nil {
		return nil, err
	}
	return newFromSpec(spec, options...)
}
