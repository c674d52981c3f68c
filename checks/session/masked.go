package session

import "syncscope/capture/redact"

// Masked masks what was shown once more, with the secrets that are known by
// now, and hides names where the run hides them.
func (l *Live) Masked(text string) string {
	return l.cfg.Gate.Shown(l.cfg.Gate.Excerpt(redact.Wrap([]byte(text))).String())
}
