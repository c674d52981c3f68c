package logline

import (
	"syncscope/capture/logline/words"
	"syncscope/capture/redact"
)

// written are the parts of the line being read that its program wrote, and not who
// sent a request.
type written struct {
	gate   *redact.Session
	stream *redact.Stream
	words  *words.Matcher
	own    [words.Fields][]byte
}

// SetWords has the words of a Matcher looked for in each line that bears on
// anything.
func (w *written) SetWords(m *words.Matcher) { w.words = m }

// text is a part of the line, masked where the line is.
func (w *written) text(b []byte) redact.Text { return w.stream.Part(redact.Wrap(b)) }

// wrote is a part of the line whose words count.
func (w *written) wrote(f words.Field, b []byte) redact.Text {
	w.own[f] = b
	return w.text(b)
}

// found are the words of the line.
func (w *written) found() (out words.Set) {
	for f, raw := range w.own {
		if len(raw) > 0 {
			out = w.words.In(out, words.Field(f), raw, w.stream.Values(redact.Wrap(raw)))
		}
	}
	return out
}

// programs read what the SSM's programs, and a request, say.
type programs struct{ written }
