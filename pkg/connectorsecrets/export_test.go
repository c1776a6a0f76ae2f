package connectorsecrets

import (
	"runtime/debug"
	"slices"
)

// Internals that the black-box tests need.

func CloseSharedConnections() { sharedTransport().CloseIdleConnections() }

const MaxBodyBytes = maxBodyBytes

// RaceFactor is 1, or 2 under the race detector, which makes pools forget and so adds allocations.
var RaceFactor = func() int {
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		return 2
	}
	return 1
}()
