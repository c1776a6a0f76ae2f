package audit

import (
	"bytes"
	"fmt"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorconfig"
)

// Encrypted returns the names of the secrets that a connector's configuration requires, and warnings about the
// configuration. Errors and warnings mention the path.
func Encrypted(data []byte, path string) (names, warnings []string, err error) {
	config, err := connectorconfig.Read(bytes.NewReader(data))
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
		switch item.Source {
		case connectorconfig.SourceEncrypted, "userInput", "static", "":
		default:
			warnings = append(warnings, fmt.Sprintf("%s: the secret %q has an unknown source, so it is not required", path, item.ID))
		}
	}
	return names, warnings, nil
}
