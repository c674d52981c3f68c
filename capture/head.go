package capture

import (
	"bytes"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/capture/redact"
)

// Stamp is a line's time as the line prints it.
type Stamp = logline.Stamp

// Head tells what a file is by its first bytes, if it is a log, and when its
// first line was written, as the line prints it: what is enough to read the
// parts of a log in their order. Nothing of it is shown.
func Head(b []byte) (k event.Kind, at Stamp) {
	for line := range bytes.Lines(b) {
		raw := redact.Wrap(line)
		switch logline.Begins(raw) {
		case logline.Manager:
			k = event.ManagerLog
		case logline.Syslog:
			k = event.SSMMessages
		default:
			continue
		}
		var e logline.Entry
		logline.NewParser(redact.New()).Line(raw, false, &e)
		return k, e.Stamp
	}
	return event.KindUnknown, Stamp{}
}
