package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

func newVersionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			info, _ := debug.ReadBuildInfo()
			_, err := fmt.Fprintf(command.OutOrStdout(), "%s %s\n", name, describe(info))
			return err
		},
	}
}

// describe returns the version, commit and commit date of a build, as far as they are known. A build by go install has the
// version alone, and one by go run not even that. info can be nil.
func describe(info *debug.BuildInfo) string {
	version := connectorsecrets.Version
	var parts []string
	if info != nil {
		if built := info.Main.Version; built != "" && built != "(devel)" {
			version = strings.TrimPrefix(built, "v")
		}
		for _, setting := range info.Settings {
			switch setting.Key {
			case "vcs.revision":
				parts = append(parts, "commit "+setting.Value)
			case "vcs.time":
				parts = append(parts, setting.Value)
			}
		}
	}
	parts = append(parts, runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH)
	return fmt.Sprintf("%s (%s)", version, strings.Join(parts, ", "))
}
