package redact

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"syncscope/capture/redact/script"
)

// screen is the gate's side towards what is shown: texts that are safe already, in
// which more is hidden than was known when they were made.
type screen struct {
	*Session
	hidden hiddenTexts
	edge   atomic.Bool // names and addresses are hidden in what is shown, not in what is read
}

// HideNames makes Hide and Shown hide users, hosts and addresses, or no more.
// What is read stays as it is: a diagnosis compares names and addresses.
func (s *screen) HideNames(on bool) { s.edge.Store(on) }

// HidesNames reports whether Hide and Shown hide anything.
func (s *screen) HidesNames() bool { return s.edge.Load() }

// Met counts the names and the secret values that Shown and Hide know: what was
// shown before there was one more may show it.
func (s *screen) Met() int {
	at := s.epoch()
	return at.people + at.values
}

// Meet takes the name of a User or a Host (alone, in a URL or before a port)
// that Shown and Hide are to hide.
func (s *screen) Meet(kind Kind, name Text) {
	v := []byte(name.s)
	if kind == Host {
		v = hostOf(v)
	}
	if string(v) != "localhost" {
		s.meet(span{kind: kind, val: slices.Clone(v)})
	}
}

// Shown is safe text, or words of our own, as they are shown: without the values
// that were seen as secrets since it was made, and, where names are hidden, with
// pseudonyms for the users, hosts and addresses in it.
func (s *screen) Shown(t string) string {
	at := s.epoch()
	if t == "" || !at.names && at.values == 0 {
		return t
	}
	out, ok := s.hidden.get(at, t)
	if !ok {
		if out = s.again(t); at.names {
			out = s.pseudonyms(out)
		}
		s.hidden.put(at, t, out)
	}
	return out
}

// again masks what is known by now in safe text.
func (s *screen) again(t string) string {
	b := []byte(t)
	spans := s.covered(b, nil, nil)
	if len(spans) == 0 {
		return t
	}
	return emit(b, spans, false).s
}

// epoch is what hiding a text depends on: the same text may be hidden in
// another way once a name or a secret value more is known.
type epoch struct {
	people, values int
	names          bool // they are hidden
}

func (s *screen) epoch() epoch {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return epoch{s.people.len(), len(s.known.values) - 1, s.edge.Load()}
}

// Bounds of what is kept of hidden texts: a screen shows the same ones ten times
// a second.
const (
	maxHidden    = 4096
	maxHiddenLen = 1024
)

// hiddenTexts are texts as they were hidden in an epoch.
type hiddenTexts struct {
	mu sync.RWMutex
	at epoch
	m  map[string]string
}

func (h *hiddenTexts) get(at epoch, t string) (string, bool) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.at != at {
		return "", false
	}
	out, ok := h.m[t]
	return out, ok
}

func (h *hiddenTexts) put(at epoch, t, out string) {
	if len(t) > maxHiddenLen {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.at != at || len(h.m) >= maxHidden || h.m == nil {
		h.at, h.m = at, map[string]string{}
	}
	h.m[t] = out
}

// pseudonyms puts them into a text.
func (s *screen) pseudonyms(t string) string {
	t = s.withoutHint(dropHints(t))
	b := []byte(t)
	spans := tidy(s.personal(b, nil))
	if len(spans) == 0 {
		return t
	}
	var out strings.Builder
	at := 0
	for _, sp := range spans {
		if inToken(b, sp) {
			continue
		}
		out.WriteString(t[at:sp.start])
		out.WriteString(s.named(sp.kind, sp.val, false))
		at = sp.end
	}
	return out.String() + t[at:]
}

// Begins is how a sentence leads to the first characters of a client ID.
const Begins = "that begins with "

// withoutHint puts the token where a sentence names a client ID by its first
// characters alone.
func (s *screen) withoutHint(t string) string {
	if !strings.Contains(t, "…") {
		return t
	}
	s.mu.RLock()
	values := s.known.values
	s.mu.RUnlock()
	for i := range values[1:] {
		kn := &values[1+i]
		if kn.kind != ClientID || len(kn.value) < hintMin {
			continue
		}
		if hint := string(kn.value[:hintLen]) + "…"; strings.Contains(t, hint) {
			token := dropHints(s.token(ClientID, kn.value))
			t = strings.ReplaceAll(strings.ReplaceAll(t, Begins+hint, token), hint, token)
		}
	}
	return t
}

// Hide gives a copy of v in which every string and Text is as Shown gives it.
// What v shares with others stays as it is.
func Hide[T any](s *Session, v T) T {
	if at := s.epoch(); at.names || at.values > 0 {
		s.screen.hide(reflect.ValueOf(&v).Elem(), 0)
	}
	return v
}

const (
	ourPackages = "syncscope/"
	maxHide     = 24 // how deep: nothing of ours goes so far
)

var textType = reflect.TypeFor[Text]()

// hide changes v, which nobody else holds; what it points to is copied first.
func (s *screen) hide(v reflect.Value, depth int) {
	if depth > maxHide || !v.CanSet() {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(s.Shown(v.String()))
	case reflect.Struct:
		if v.Type() == textType {
			v.Set(reflect.ValueOf(Text{s.Shown(v.Interface().(Text).s)}))
			return
		}
		for _, f := range v.Fields() { // those that are not exported cannot be set
			s.hide(f, depth+1)
		}
	case reflect.Slice:
		if k := v.Type().Elem().Kind(); v.IsNil() || k >= reflect.Bool && k <= reflect.Complex128 {
			return
		}
		own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(own, v)
		for i := range own.Len() {
			s.hide(own.Index(i), depth+1)
		}
		v.Set(own)
	case reflect.Array:
		for i := range v.Len() {
			s.hide(v.Index(i), depth+1)
		}
	case reflect.Pointer:
		if !v.IsNil() && strings.HasPrefix(v.Type().Elem().PkgPath(), ourPackages) && v.Type().Elem().Kind() == reflect.Struct {
			v.Set(s.own(v.Elem(), depth).Addr())
		}
	case reflect.Interface:
		if !v.IsNil() && strings.HasPrefix(v.Elem().Type().PkgPath(), ourPackages) {
			v.Set(s.own(v.Elem(), depth))
		}
	}
}

// own is a hidden copy of v.
func (s *screen) own(v reflect.Value, depth int) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	s.hide(out, depth+1)
	return out
}

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
