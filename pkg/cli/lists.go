package cli

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// listed is a connector in the JSON of many: the API's own answer, or an error, with what it is about.
type listed struct {
	TeamID      int64  `json:"team_id"`
	ConnectorID string `json:"connector_identifier"`
	*connectorsecrets.SecretList
	Error *problem `json:"error,omitempty"`
}

// problem is an error in JSON.
type problem struct {
	// ExitCode is the one that the command has for this error alone.
	ExitCode  int    `json:"exit_code"`
	Message   string `json:"message"`
	Status    int    `json:"status,omitempty"`
	Code      string `json:"code,omitempty"`
	RequestID string `json:"request_id,omitempty"`
}

// writeLists writes the lists of many connectors. Those that could not be read are in the JSON only; the other formats
// leave them to stderr.
func writeLists(w io.Writer, format string, results []connectorsecrets.Result) error {
	var err error
	switch format {
	case formatTable:
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(table, "TEAM\tCONNECTOR\tNAME\tPLACEHOLDER")
		eachSecret(results, func(c connectorsecrets.Connector, secret connectorsecrets.Secret) {
			_, _ = fmt.Fprintf(table, "%d\t%s\t%s\t%s\n", c.TeamID, c.ID, printable(secret.Name), printable(secret.Placeholder))
		})
		err = table.Flush()
	case formatCSV:
		records := csv.NewWriter(w)
		_ = records.Write([]string{"team_id", "connector_identifier", "secret_placeholder", "secret_name"})
		eachSecret(results, func(c connectorsecrets.Connector, secret connectorsecrets.Secret) {
			_ = records.Write([]string{strconv.FormatInt(c.TeamID, 10), c.ID, secret.Placeholder, secret.Name})
		})
		records.Flush()
		err = records.Error()
	case formatNames:
		eachSecret(results, func(c connectorsecrets.Connector, secret connectorsecrets.Secret) {
			if err == nil {
				_, err = fmt.Fprintf(w, "%d/%s\t%s\n", c.TeamID, c.ID, printable(secret.Name))
			}
		})
	default:
		all := make([]listed, len(results))
		for i, result := range results {
			all[i] = listed{TeamID: result.Connector.TeamID, ConnectorID: result.Connector.ID, SecretList: result.List, Error: newProblem(result.Err)}
		}
		err = writeJSON(w, all)
	}
	if err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

func eachSecret(results []connectorsecrets.Result, visit func(connectorsecrets.Connector, connectorsecrets.Secret)) {
	for _, result := range results {
		if result.List == nil {
			continue
		}
		for _, secret := range result.List.Secrets {
			visit(result.Connector, secret)
		}
	}
}
