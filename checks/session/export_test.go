package session

import "time"

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
