package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// maxInputBytes is far more than a useful file needs.
const maxInputBytes = 16 << 20

// input reads the files that flags name. - is stdin.
type input struct {
	command *cobra.Command
	isRead  bool // stdin has been read
}

// readFile reads a whole file, so that a mistake in its last line is found before the first request. Reading a pipe can
// block forever. So a goroutine reads, and readFile returns when the command's context ends; the goroutine then ends with
// the process.
func (i *input) readFile(path string) ([]byte, error) {
	if path == "-" && i.isRead {
		return nil, errors.New("stdin was read already: only one flag can be -")
	}
	i.isRead = i.isRead || path == "-"
	read := make(chan struct{})
	var data []byte
	var err error
	go func() {
		defer close(read)
		data, err = i.read(path)
	}()
	select {
	case <-read:
		return data, err
	case <-i.command.Context().Done():
		return nil, i.command.Context().Err()
	}
}

func (i *input) read(path string) ([]byte, error) {
	reader := i.command.InOrStdin()
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		reader = file
	}
	data, err := io.ReadAll(io.LimitReader(reader, maxInputBytes+1))
	if err == nil && len(data) > maxInputBytes {
		err = fmt.Errorf("larger than %d MiB", maxInputBytes>>20)
	}
	if _, hasPath := errors.AsType[*os.PathError](err); err != nil && !hasPath {
		err = fmt.Errorf("%s: %w", label(path), err)
	}
	return data, err
}

// label is the name of a file in errors.
func label(path string) string {
	if path == "-" {
		return "stdin"
	}
	return path
}
