package session

import (
	"time"

	"syncscope/capture/redact"
	"syncscope/ssh/shell"
)

// SetCaptureTime shortens captures; what it gives sets the time back.
func SetCaptureTime(d time.Duration) func() {
	was := captureTime
	captureTime = d
	return func() { captureTime = was }
}

// StillRuns is what a run says of processes that it left on a host.
func StillRuns(left []shell.Leftover) string {
	return stillRuns(redact.New(), left)
}
