package sandbox

// NewFromSpec makes a sandbox from another document than the embedded one.
func NewFromSpec(document []byte, options ...Option) (*Sandbox, error) {
	spec, err := readSpec(document)
	if err != nil {
		return nil, err
	}
	return newFromSpec(spec, options...)
}
