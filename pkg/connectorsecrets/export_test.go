package connectorsecrets

// Internals that the black-box tests need.

func CloseSharedConnections() { sharedTransport().CloseIdleConnections() }

const MaxBodyBytes = maxBodyBytes
