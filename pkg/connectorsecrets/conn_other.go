//go:build !unix

package connectorsecrets

// nothingWaits can't tell on this system.
func nothingWaits(uintptr) bool { return true }
