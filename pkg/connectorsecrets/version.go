package connectorsecrets

// Version is the version of this module. It is part of the default User-Agent.
const Version = "0.1.0"
