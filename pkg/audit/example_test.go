package audit_test

import (
	"context"
	"fmt"
	"log"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

func ExampleRun() {
	server, err := sandbox.Listen("127.0.0.1:0") // for the real API, leave this and WithBaseURL out
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	client, err := connectorsecrets.New(connectorsecrets.APIKey(server.APIKey), connectorsecrets.WithBaseURL(server.URL))
	if err != nil {
		log.Fatal(err)
	}

	// A file has the same content: audit.Source{LookupEnv: os.LookupEnv}.Load("connector-secrets.yaml")
	manifest := &audit.Manifest{Connectors: []audit.Connector{
		{ID: "SEVERAL", Required: []string{"client_id"}, Environments: []audit.Environment{{TeamID: 936506}}},
		{ID: "T3S70", Environments: []audit.Environment{{Name: "staging", TeamID: 936506}, {Name: "production", TeamID: 936507}}},
	}}
	summary := &audit.Summary{}
	for finding := range audit.Run(context.Background(), manifest, client) {
		summary.Add(finding)
		fmt.Println(finding.Name(), finding.State, append(finding.Missing, finding.OnlyElsewhere...))
	}
	fmt.Println(summary)
	// Output:
	// connector SEVERAL of team 936506 ok []
	// connector T3S70 of team 936506 (staging) missing [client_secret]
	// connector T3S70 of team 936507 (production) ok []
	// checked 3: 2 ok, 1 lack 1 secrets, 0 failed, 0 not asked, 0 nothing to compare
}
