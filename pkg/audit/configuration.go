package audit

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorconfig"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/yamlfile"
)

// Encrypted returns the names of the secrets that a connector's configuration requires, and warnings about the
// configuration. Errors and warnings mention the path.
func Encrypted(data []byte, path string) (names, warnings []string, err error) {
	config, err := connectorconfig.Read(bytes.NewReader(data))
	if (err != nil || !config.HasSection) && hasField(data, "connectors") {
		err = errors.New("this is a manifest, not a connector's configuration: give it as --manifest")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s, %w", path, err)
	}
	names = config.Encrypted()
	switch {
	case !config.HasSection:
		warnings = append(warnings, path+` has no section "secrets", so it requires nothing; is it a connector's configuration?`)
	case len(names) == 0:
		warnings = append(warnings, path+` has no item with "source": "encrypted", so it requires nothing`)
	}
	for _, item := range config.Items {
		if !slices.Contains([]string{connectorconfig.SourceEncrypted, "userInput", "static", ""}, item.Source) {
			warnings = append(warnings, fmt.Sprintf("%s: the secret %q has an unknown source, so it is not required", path, item.ID))
		}
	}
	return names, warnings, nil
}

// hasField reports whether a file has a field at its top, which tells its kind.
func hasField(data []byte, field string) bool {
	var fields map[string]any
	_, err := yamlfile.Unmarshal(data, &fields)
	return err == nil && fields[field] != nil
}
