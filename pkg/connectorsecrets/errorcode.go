package connectorsecrets

// ErrorCode is the API's own code of an error, made for programs to branch on. The set is open: the API can answer with
// codes that are not among the constants. Treat those by the HTTP status, which the kinds such as [ErrNotFound] go by.
type ErrorCode string

// The common codes, as the API's specification lists them.
const (
	ErrorCodeBadRequest           ErrorCode = "BAD_REQUEST"
	ErrorCodeUnauthorized         ErrorCode = "UNAUTHORIZED"
	ErrorCodeForbidden            ErrorCode = "FORBIDDEN"
	ErrorCodeNotFound             ErrorCode = "NOT_FOUND"
	ErrorCodeConflictError        ErrorCode = "CONFLICT_ERROR"
	ErrorCodePermissionError      ErrorCode = "PERMISSION_ERROR"
	ErrorCodeUnprocessableEntity  ErrorCode = "UNPROCESSABLE_ENTITY"
	ErrorCodeUnprocessableContent ErrorCode = "UNPROCESSABLE_CONTENT"
	ErrorCodeTooManyRequests      ErrorCode = "TOO_MANY_REQUESTS"
	ErrorCodeInternalServerError  ErrorCode = "INTERNAL_SERVER_ERROR"
	ErrorCodeDuplicationFailed    ErrorCode = "DUPLICATION_FAILED"
	ErrorCodeServiceUnavailable   ErrorCode = "SERVICE_UNAVAILABLE"
)
