package api

// ClientForm returns the client form of any document.
var ClientForm = clientForm
