package sandbox

// Stopped is a server that could not go on.
func Stopped(err error) *Server {
	s := &Server{done: make(chan error, 1)}
	s.done <- err
	return s
}

// NewFromSpec makes a sandbox from another document than the embedded one.
func NewFromSpec(document []byte, options ...Option) (*Sandbox, error) {
	spec, err := readSpec(document)
	if err != nil {
		return nil, err
	}
	return newFromSpec(spec, options...)
}
