package cli

import (
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

func TestDescribe(t *testing.T) {
	platform := runtime.Version() + ", " + runtime.GOOS + "/" + runtime.GOARCH + ")"
	vcs := []debug.BuildSetting{{Key: "GOOS", Value: "x"}, {Key: "vcs.revision", Value: "0123abc"}, {Key: "vcs.time", Value: "2026-11-24T10:00:00Z"}}
	tests := []struct {
		name string
		info *debug.BuildInfo
		want string
	}{
		{"a release", &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: vcs}, "1.2.3 (commit 0123abc, 2026-11-24T10:00:00Z, "},
		{"go install", &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, "1.2.3 ("},
		{"go run", &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, connectorsecrets.Version + " ("},
		{"a test", &debug.BuildInfo{}, connectorsecrets.Version + " ("},
		{"nothing known", nil, connectorsecrets.Version + " ("},
	}
	for _, test := range tests {
		if got := describe(test.info); got != test.want+platform {
			t.Errorf("%s: %q, want %q", test.name, got, test.want+platform)
		}
	}
}
