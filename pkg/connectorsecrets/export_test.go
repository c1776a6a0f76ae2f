package connectorsecrets

// What the black-box tests need to see of the inside.

const PathTemplate = pathTemplate

func WireModels() (list, secret any) { return wireList{}, wireSecret{} }

func CloseSharedConnections() { sharedTransport().CloseIdleConnections() }
