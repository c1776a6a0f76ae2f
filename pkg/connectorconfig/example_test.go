package connectorconfig_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorconfig"
)

func ExampleRead() {
	config, err := connectorconfig.Read(strings.NewReader(`{
	  "secrets": {"items": [
	    {"id": "client_id", "classification": "secret", "source": "encrypted", "value": "sec_a23f23d26"},
	    {"id": "report_date", "classification": "public", "source": "userInput"}
	  ]}
	}`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(config.Encrypted())
	// Output: [client_id]
}
