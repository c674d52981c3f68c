package redact

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"syncscope/capture/redact/script"
)

// revealFor is how long one value is shown in clear.
const revealFor = 10 * time.Second

// ErrShared refuses to reveal on a screen that others see.
var ErrShared = errors.New("reveal: this screen is shared (start without --shared to look at one value)")

// ErrUnknownToken refuses to reveal what this run has not seen, or does not keep.
var ErrUnknownToken = errors.New("reveal: this token's value is not in memory (a token of another run, or of a part)")

// clears decides which values may be shown in clear.
type clears struct {
	s      *Session
	shared atomic.Bool
}

// SetShared switches revealing off for the rest of the run: nothing switches it
// on again.
func (c *clears) SetShared() { c.shared.Store(true) }

// Shared reports whether revealing is off.
func (c *clears) Shared() bool { return c.shared.Load() }

// Clear is one value in clear, for a screen alone and for ten seconds. Like Raw
// it cannot be printed, logged or marshalled; only Draw gives it, and a test
// over the tree holds that one file of package tui alone calls that.
type Clear struct {
	value *string
	token Text
	until time.Time
}

// Reveal gives the value behind a token of this run.
func (c *clears) Reveal(token Text, now time.Time) (Clear, error) {
	s := c.s
	if c.shared.Load() {
		return Clear{}, ErrShared
	}
	want, _, _ := strings.Cut(token.s, " ")
	s.mu.RLock()
	values := s.known.values
	s.mu.RUnlock()
	for i := range values[1:] {
		kn := &values[1+i]                          // its kind and value never change
		for kind := ClientID; kind < User; kind++ { // a value keeps its first kind, and may stand as another
			if !strings.HasPrefix(want, tokenNames[kind]+"#") {
				continue
			}
			if t, _, _ := strings.Cut(s.token(kind, kn.value), " "); t == want {
				v := string(script.Sanitise(nil, kn.value))
				return Clear{&v, token, now.Add(revealFor)}, nil
			}
		}
	}
	return Clear{}, ErrUnknownToken
}

// Draw is the value for one frame of the screen; its token once the time is up.
func (c Clear) Draw(now time.Time) string {
	if c.value == nil || !now.Before(c.until) {
		return c.token.s
	}
	return *c.value
}

// Until is when the value is hidden again.
func (c Clear) Until() time.Time { return c.until }

// String never shows the value.
func (c Clear) String() string { return c.token.s }

// GoString never shows the value.
func (c Clear) GoString() string { return c.token.s }

// Format never shows the value, whatever the verb.
func (c Clear) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.token.s) }

// MarshalText never shows the value.
func (c Clear) MarshalText() ([]byte, error) { return []byte(c.token.s), nil }

// LogValue never shows the value.
func (c Clear) LogValue() slog.Value { return slog.StringValue(c.token.s) }
