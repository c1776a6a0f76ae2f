package connectorsecrets

// What the black-box tests need to see of the inside.

const PathTemplate = pathTemplate

func WireModels() (list any, secret []string) { return wireList{}, []string{nameName, placeholderName} }

func CloseSharedConnections() { sharedTransport().CloseIdleConnections() }
