package session

import "time"

// SetCaptureTime shortens captures; what it gives sets the time back.
func SetCaptureTime(d time.Duration) func() {
	was := captureTime
	captureTime = d
	return func() { captureTime = was }
}
