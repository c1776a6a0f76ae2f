module example.com/go-connectorsecrets

go 1.26.0

require github.com/connectorsecrets/connectorsecrets-go v0.0.0

require (
	github.com/apapsch/go-jsonmerge/v2 v2.0.0 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/oapi-codegen/runtime v1.8.0 // indirect
	golang.org/x/time v0.16.0 // indirect
)

// This repository. In a module of your own, leave the line out and name a version above.
replace github.com/connectorsecrets/connectorsecrets-go => ../../..
