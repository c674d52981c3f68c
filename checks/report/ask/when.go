package ask

import (
	"regexp"
	"strings"
	"time"

	"syncscope/capture/event"
	"syncscope/checks"
)

// stamp is the attempt's time as the Manager's log has it; empty: it has none.
func (m *tried) stamp() event.When {
	a := m.d.Attempt()
	switch {
	case a == nil:
		return event.When{}
	case a.Start.WithDate() != "":
		return a.Start
	}
	return a.End
}

// sure is the earliest evidence of the attempt whose date and zone are sure.
func (m *tried) sure() (first checks.Evidence, ok bool) {
	for _, e := range m.all() {
		if e.Time.Zoned && e.Time.Dated && !e.Time.Time.IsZero() && (!ok || e.Time.Time.Before(first.Time.Time)) {
			first, ok = e, true
		}
	}
	return first, ok
}

// utc is the attempt's time in UTC, and by whose clock; ok is false where nothing of it
// has a date and a zone that are sure.
func (m *facts) utc() (at time.Time, by string, ok bool) {
	if w := m.stamp(); w.Zoned && w.Dated && !w.Time.IsZero() {
		return w.Time.UTC(), "", true
	}
	if e, ok := m.sure(); ok {
		return e.Time.Time.UTC(), m.whose(e.Kind), true
	}
	return time.Time{}, "", false
}

// ofDay finds a time of day: a capture may tell only how long after its first packet.
var ofDay = regexp.MustCompile(`\d\d:\d\d`)

// when tells the attempt's time on the Manager's clock, and in UTC. The lines of the
// recipient's own log have their stamps with them.
func (m *facts) when() string {
	var parts []string
	w := m.stamp()
	text := w.WithDate()
	if !ofDay.MatchString(text) {
		text = ""
	}
	if text != "" {
		if !w.Dated {
			text += m.texts["no_date"]
		}
		parts = append(parts, strings.ReplaceAll(m.texts["when_manager"], "{time}", text))
	}
	if at, by, ok := m.utc(); ok && !(by == "" && strings.HasSuffix(text, "UTC")) {
		in := at.Format("2006-01-02 15:04:05") + " UTC"
		if by != "" {
			in = strings.NewReplacer("{time}", in, "{source}", by).Replace(m.texts["when_by"])
		}
		parts = append(parts, in)
	} else if !ok && text != "" {
		parts = append(parts, m.texts["when_zone"])
	}
	return strings.Join(parts, "; ")
}

// stamped is how a line of the SSM's log begins: its day, to the minute, and the seconds.
var stamped = regexp.MustCompile(`^([A-Z][a-z]{2} +[0-9]{1,2} [0-9]{2}:[0-9]{2}:|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:)[0-9]{2}`)

// printed is when a line was written, as the log itself has it.
func printed(e checks.Evidence) string {
	if s := stamped.FindString(e.Text); s != "" && !e.Time.Dated {
		return s
	}
	return e.Time.WithDate()
}

// near leaves the lines of the incident: those of its minute as the log itself has it,
// else of the day before to the day behind it, since a host's zone may be another; all
// where its day is not known.
func (m *facts) near(layouts ...string) string {
	if m.to == SSM {
		for _, e := range m.own() {
			if s := stamped.FindStringSubmatch(e.Text); s != nil {
				return " | grep -E '^" + strings.Join(strings.Fields(s[1]), " +") + "'"
			}
		}
	}
	at, _, ok := m.utc()
	if !ok {
		if at = m.stamp().Time; at.IsZero() || !m.stamp().Dated {
			return ""
		}
	}
	var days []string
	for _, d := range []int{-1, 0, 1} {
		for _, l := range layouts {
			days = append(days, strings.Join(strings.Fields(at.AddDate(0, 0, d).Format(l)), " +"))
		}
	}
	return " | grep -E '^(" + strings.Join(days, "|") + ")[ T]'"
}
