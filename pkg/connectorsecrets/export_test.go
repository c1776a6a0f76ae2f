package connectorsecrets

// What the black-box tests need to see of the inside.

func CloseSharedConnections() { sharedTransport().CloseIdleConnections() }

const MaxBodyBytes = maxBodyBytes
