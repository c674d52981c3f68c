package pane

import (
	"fmt"
	"strings"
	"time"

	"syncscope/capture/event"
	"syncscope/checks/view"
	"syncscope/tui/theme"
)

// streamWord says what a stream does.
func streamWord(s event.Stream) string {
	switch s {
	case event.Following:
		return "waiting for lines"
	case event.Refused:
		return "not available"
	}
	return s.String()
}

// Title is the list's name, whether it follows, and how its stream fares.
func (l *List) Title() Title {
	if l.Absent() {
		return Title{l.name, []Seg{{"NOT GIVEN", theme.Warn}}}
	}
	state := Seg{"FOLLOW", theme.Pass}
	if !l.follow {
		state = Seg{"PAUSED", theme.Warn}
		if n := l.next - 1 - min(l.anchor, l.next-1); n > 0 {
			state.Text = fmt.Sprintf("PAUSED +%s", thousands(n))
		}
	}
	if l.Flooding() {
		state = Seg{"FLOOD", theme.Warn}
	}
	if s := l.status.State; l.status.Source.ID != 0 && s != event.Following && s != event.Connecting {
		state = Seg{strings.ToUpper(streamWord(s)), theme.Warn}
	}
	out := []Seg{state}
	if words := silent(l.u.Now, l.status); words != "" {
		out = append(out, Seg{"  " + words, theme.Warn})
	}
	if rest := strings.TrimRight("  "+age(l.u.Now, l.status)+rtt(l.status.RTT)+held(l.u.Now, l.status), " "); rest != "" {
		out = append(out, Seg{rest, theme.Dim})
	}
	if l.filter.on() {
		out = append([]Seg{{fmt.Sprintf("%s of %s pass %s  ", thousands(uint64(l.kept)), thousands(uint64(l.Len())), l.pseudonyms.of(l.filter.words())), theme.Token}}, out...)
	}
	if l.flood.rate > 0 {
		out = append(out, Seg{"  " + thousands(uint64(l.flood.rate)) + "/s", theme.Dim})
	}
	if l.unshown > 0 {
		out = append(out, Seg{fmt.Sprintf("  %s not shown", thousands(l.unshown)), theme.Warn})
	}
	if gone := l.Gone(); gone > 0 {
		out = append(out, Seg{fmt.Sprintf("  %s rows gone", thousands(gone)), theme.Warn})
	}
	name := l.name
	if l.Clock != nil && l.Clock.Zone != "" {
		name += "  " + l.Clock.Zone
	}
	return Title{name, out}
}

// age is how long ago the last byte came, in steps: quiet and dead look
// different, and a still screen stays still.
func age(now time.Time, s view.SourceStatus) string {
	if s.LastByte.IsZero() {
		return ""
	}
	switch d := now.Sub(s.LastByte); {
	case d < 5*time.Second:
		return ""
	case d < time.Minute:
		return fmt.Sprintf("quiet %d s  ", int(d.Seconds())/5*5)
	default:
		return fmt.Sprintf("quiet %d min  ", int(d.Minutes()))
	}
}

func rtt(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("rtt %d ms", max(1, d.Round(time.Millisecond).Milliseconds()))
}

// overdue is when a host that gives no sign of life is doubted: a keep-alive's
// interval, and some.
const overdue = 15 * time.Second

// silent says that a link is dead, or may be: not the same as quiet.
func silent(now time.Time, s view.SourceStatus) string {
	switch {
	case s.NeedsYou:
		return "the login needs you"
	case s.State == event.Lost && !s.LinkSince.IsZero():
		words := fmt.Sprintf("for %d s", max(0, int(now.Sub(s.LinkSince).Seconds()))/5*5)
		if s.Tries > 0 {
			words += fmt.Sprintf(", tried %d times", s.Tries)
		}
		return words
	case s.State == event.Following && !s.Alive.IsZero() && now.Sub(s.Alive) > overdue:
		return fmt.Sprintf("no sign of life for %d s", int(now.Sub(s.Alive).Seconds())/5*5)
	}
	return ""
}

// held is how long the link holds, in steps.
func held(now time.Time, s view.SourceStatus) string {
	d := now.Sub(s.LinkSince)
	switch {
	case s.LinkSince.IsZero() || s.State == event.Lost || d < time.Minute:
		return ""
	case d < time.Hour:
		return fmt.Sprintf("  up %d min", int(d.Minutes()))
	}
	return fmt.Sprintf("  up %d h", int(d.Hours()))
}
