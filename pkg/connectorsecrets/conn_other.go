//go:build !unix

package connectorsecrets

// nothingWaits always returns true, because this system offers no way to look.
func nothingWaits(uintptr) bool { return true }
