package pane

import (
	"fmt"
	"strings"

	"syncscope/capture"
	"syncscope/tui/theme"
)

// Log is a log's pane: lines as they are read.
type Log struct {
	*List
	history bool // the newest row was written before we came
}

// NewLog makes the pane.
func NewLog(name string) *Log { return &Log{List: NewList(name)} }

// levels are the words of logline.Severity, all of one width.
var levels = [...]string{"DEBUG", "INFO ", "NOTE ", "WARN ", "ERROR", "CRIT "}

var levelRoles = [...]theme.Role{theme.Dim, theme.Dim, theme.Dim, theme.Warn, theme.Fail, theme.Fail}

// The severities from which a row is a warning, and an error.
const (
	warning = 3
	failure = 4
)

// Observe takes an event of the log.
func (l *Log) Observe(ev capture.Event) {
	m := ev.Origin()
	if _, line := ev.(capture.LogEntry); line {
		if l.history && !m.History {
			l.divide()
		}
		l.history = m.History
	}
	switch ev := ev.(type) {
	case capture.LogEntry:
		l.Add(entry(ev))
	case capture.Plain:
		if ev.Why == capture.NotRecognised {
			l.Add(&Row{Refs: []capture.Ref{m.From}, Message: m.Excerpt.String(), Role: theme.Dim, Raw: m.Excerpt.String()})
		}
	case capture.Gap:
		l.Add(&Row{Message: "gap: " + ev.Why.String(), Role: theme.Warn, Warning: true})
	case capture.Mark:
		l.Add(&Row{Message: ev.Text.String(), Role: theme.Warn})
	}
}

func (l *Log) divide() {
	l.Add(&Row{Message: "history above, live below", Role: theme.Dim})
}

// entry lays a line out: time, level or role, class, message.
func entry(ev capture.LogEntry) *Row {
	sev := min(int(ev.Severity), len(levels)-1)
	r := &Row{
		Refs: []capture.Ref{ev.From}, Bar: sev >= failure && relevant(ev), Error: sev >= failure, Warning: sev == warning,
		Message: said(ev), Role: theme.Dim, Raw: ev.Excerpt.String(),
	}
	r.Columns = []Seg{{stampOf(ev) + " ", theme.Dim}}
	if ev.Class.Empty() || !ev.Role.Empty() {
		r.Columns = append(r.Columns, Seg{fmt.Sprintf("%-7.7s ", ev.Entry.Role), levelRoles[sev]})
	} else {
		r.Columns = append(r.Columns, Seg{levels[sev] + " ", levelRoles[sev]})
	}
	if relevant(ev) {
		r.Role = theme.Bright
	}
	if benign(ev) {
		r.Bar, r.Role = false, theme.Warn
	}
	return r
}

// relevant lines are about a licence sync; the others stay quiet.
func relevant(ev capture.LogEntry) bool {
	return ev.Topic != 0 && ev.Topic < capture.TopicRequest || ev.Topic == capture.TopicRequest && strings.Contains(ev.Path.String(), "oauth") || ev.Topic == capture.TopicRequest && strings.Contains(ev.Path.String(), "/api/")
}

// benign: nginx tells of one upstream; whether it mattered, the diagnosis says.
func benign(ev capture.LogEntry) bool {
	return ev.Topic == capture.TopicUpstreamFailed || ev.Topic == capture.TopicUpstreamOff
}

// said is the message behind the class, which is shortened to its last word.
func said(ev capture.LogEntry) string {
	msg := ev.Message.String()
	switch {
	case ev.Topic == capture.TopicRequest && ev.Method.String() != "":
		out := fmt.Sprintf("%s %s %d", ev.Method, ev.Path, ev.Status)
		if ev.Size > 0 {
			out += fmt.Sprintf("  %d B", ev.Size)
		}
		if ev.Client.IsValid() {
			out += "  from " + ev.Client.String()
		}
		if !ev.ClientID.Empty() {
			out += "  " + ev.ClientID.String()
		}
		return out
	case benign(ev):
		return fmt.Sprintf("upstream %s  %s", ev.Upstream, before(msg, ", client:"))
	case !ev.Class.Empty():
		return ev.Class.String() + "  " + msg
	}
	return msg
}

func before(s, sep string) string {
	out, _, _ := strings.Cut(s, sep)
	return out
}

// stampOf is the time of day, without the zone.
func stampOf(ev capture.LogEntry) string {
	return fmt.Sprintf("%-12.12s", ev.Stamp.Text)
}
