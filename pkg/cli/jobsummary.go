package cli

import (
	"errors"
	"os"

	"github.com/spf13/cobra"
)

// Variables that GitHub Actions sets.
const (
	envWorkspace   = "GITHUB_WORKSPACE"
	envStepSummary = "GITHUB_STEP_SUMMARY"
)

// addToJobSummary adds a text to the summary of the job in GitHub Actions, and elsewhere does nothing. An error is a warning.
func addToJobSummary(command *cobra.Command, text []byte) {
	path := os.Getenv(envStepSummary)
	if path == "" {
		return
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = file.Write(text)
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		say(command, "warning: "+envStepSummary+": "+err.Error())
	}
}
