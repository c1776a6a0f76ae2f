package connectorsecrets

// What the black-box tests need to see of the inside.

const PathTemplate = pathTemplate

func WireModels() (list, secret []string) {
	return []string{nameCount, nameSecrets}, []string{nameName, namePlaceholder}
}

func CloseSharedConnections() { sharedTransport().CloseIdleConnections() }
