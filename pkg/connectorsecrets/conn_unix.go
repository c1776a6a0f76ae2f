//go:build unix

package connectorsecrets

import "syscall"

// nothingWaits reports whether the socket is open and has no data to read.
func nothingWaits(descriptor uintptr) bool {
	var one [1]byte
	_, _, err := syscall.Recvfrom(int(descriptor), one[:], syscall.MSG_PEEK) // never blocks: Go's sockets don't
	return err == syscall.EAGAIN
}
