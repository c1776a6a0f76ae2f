package api

// ClientForm makes the client form of any document.
var ClientForm = clientForm
