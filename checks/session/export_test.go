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

// SetOnceFrom sets the size from which a listing is read once; what it gives
// sets it back.
func SetOnceFrom(n int64) func() {
	was := onceFrom
	onceFrom = n
	return func() { onceFrom = was }
}

// StillRuns is what a run says of processes that it left on a host.
func StillRuns(left []shell.Leftover) string {
	l := Live{cfg: Config{Options: Options{Gate: redact.New()}}}
	return l.stillRuns(left)
}
