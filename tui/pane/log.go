package pane

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/tui/theme"
)

// Log is a log's pane: lines as they are read.
type Log struct {
	*List
	history bool // the newest row was written before we came

	understood, unread int // lines
}

// NewLog makes the pane of the logs of a kind.
func NewLog(name string, kind event.Kind) *Log {
	l := &Log{List: NewList(name, kind)}
	l.build = func(r *Row) { entry(r); l.node(r) }
	return l
}

// levelRole is how a line's severity is shown.
func levelRole(e *event.LogEntry) theme.Role {
	switch {
	case e.Severity >= logline.Error:
		return theme.Fail
	case e.Severity >= logline.Warn:
		return theme.Warn
	}
	return theme.Dim
}

// The severities, as logline orders them, from which a line is a warning and an
// error.
const (
	warning = 3
	failure = 4
)

// Observe takes an event of the log, and marks.
func (l *Log) Observe(kind event.Kind, ev event.Event) {
	if !l.mine(kind, ev) {
		return
	}
	m := ev.Origin()
	if _, line := ev.(event.LogEntry); line {
		if l.history && !m.History {
			l.divide()
		}
		l.history = m.History
	}
	switch e := ev.(type) { // ev itself is kept: what is taken out of it is a copy
	case event.LogEntry:
		l.understood++
		l.Add(Row{Ref: m.From, Event: ev, Weight: weight(&e), Bar: e.Severity >= failure && relevant(&e) && !benign(&e)})
	case event.Plain:
		if e.Why == event.NotRecognised {
			l.Add(Row{Ref: m.From, Event: ev, Message: m.Excerpt.String(), Role: theme.Dim, Raw: m.Excerpt.String()})
			l.strange(m.Excerpt.String())
		}
	case event.Gap:
		l.Add(Row{Event: ev, Message: "gap: " + e.Why.String(), Role: theme.Warn, Weight: Warning})
	case event.Disk:
		l.Add(Row{Event: ev, Message: m.Excerpt.String(), Role: theme.Warn, Weight: Warning})
	case event.Mark:
		l.Add(Row{Event: ev, Message: e.Text.String(), Role: theme.Warn})
	}
}

// strangeLines is after how many lines that are not understood a log is said to be
// another than it should be.
const strangeLines = 20

// strange says once that a log's lines are not understood, with one of them: they
// stand in the pane, and nothing of them is diagnosed.
func (l *Log) strange(sample string) {
	if l.unread++; l.unread != strangeLines || 4*l.understood > l.unread {
		return
	}
	l.Add(Row{Message: fmt.Sprintf("%d lines are not understood, so nothing of them is diagnosed. Is this the right log? For one: %s", l.unread, sample), Role: theme.Warn, Weight: Warning})
}

func (l *Log) divide() {
	l.Add(Row{Message: "── history above, live below ──", Role: theme.Dim})
}

// weight is how bad a line is; what is benign is a warning at most.
func weight(ev *event.LogEntry) Weight {
	switch {
	case benign(ev), ev.Severity == warning:
		return Warning
	case ev.Severity > warning:
		return Error
	}
	return Quiet
}

// entry lays a line out: time, level or role, class, message.
func entry(r *Row) {
	ev, ok := r.Event.(event.LogEntry)
	if !ok {
		return
	}
	r.Message, r.Role, r.Raw = said(ev), theme.Dim, ev.Excerpt.String()
	r.Columns = []Seg{{stampOf(ev) + " ", theme.Dim}, {ev.Severity.Short() + " ", levelRole(&ev)}}
	if ev.Class.Empty() || !ev.Role.Empty() {
		r.Columns[1].Text = fmt.Sprintf("%-7.7s ", ev.Entry.Role)
	}
	if relevant(&ev) {
		r.Role = theme.Bright
	}
	if !ev.Class.Empty() && ev.Role.Empty() {
		r.Lead = Seg{lastWords(ev.Class.String()) + "  ", theme.Dim}
		if r.Bar {
			r.Lead.Role = theme.Fail
		}
	}
	if benign(&ev) {
		r.Role, r.Columns[1].Role = theme.Warn, theme.Warn
	}
}

// nodeWidth is what a node's name takes of a row.
const nodeWidth = 15

// node puts the host in front of a row, where logs of several are in the pane.
func (l *Log) node(r *Row) {
	if r.Event == nil {
		return
	}
	r.Host = Seg{}
	from, several, name := r.Event.Origin().From.Source, 0, ""
	for _, s := range l.u.Sources {
		if !slices.Contains(l.kinds, s.Source.Kind) {
			continue
		}
		several++
		if s.Source.ID == from {
			name = s.Source.Host.String()
		}
	}
	if several > 1 && name != "" {
		r.Host = Seg{fmt.Sprintf("%-*.*s ", nodeWidth, nodeWidth, name), theme.Dim}
	}
}

// relevant lines are about a licence sync; the others stay quiet.
func relevant(ev *event.LogEntry) bool {
	return ev.Topic != 0 && ev.Topic < logline.TopicRequest || ev.Topic == logline.TopicRequest && strings.Contains(ev.Path.String(), "oauth") || ev.Topic == logline.TopicRequest && strings.Contains(ev.Path.String(), "/api/")
}

// benign: nginx tells of one upstream; whether it mattered, the diagnosis says.
func benign(ev *event.LogEntry) bool {
	return ev.Topic == logline.TopicUpstreamFailed || ev.Topic == logline.TopicUpstreamOff
}

// said is the message behind the class, which is shortened to its last word.
func said(ev event.LogEntry) string {
	msg := ev.Message.String()
	switch {
	case ev.Topic == logline.TopicRequest && ev.Method.String() != "":
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
	case ev.Topic == logline.TopicRequestFailed && ev.Status > 0:
		return strings.TrimSpace(fmt.Sprintf("%s %s  %d  %s  %s", ev.Method, ev.Path, ev.Status, ev.ErrorCode, ev.ErrorText))
	case ev.Topic == logline.TopicClientMap:
		return "client map" + credentials(ev)
	case ev.Topic == logline.TopicTokenURL, ev.Topic == logline.TopicQuery && !ev.ClientID.Empty():
		return before(msg, "?") + credentials(ev)
	case benign(&ev):
		return fmt.Sprintf("upstream %s  %s", ev.Upstream, before(msg, ", client:"))
	}
	return msg
}

// credentials are the sign-in's values as tokens.
func credentials(ev event.LogEntry) string {
	var b strings.Builder
	for _, f := range []struct{ name, value string }{
		{"to", ev.Peer.String()}, {"grant_type", ev.GrantType.String()}, {"user", ev.User.String()},
		{"", ev.ClientID.String()}, {"", ev.Secret.String()}, {"", ev.Password.String()},
	} {
		if f.value != "" {
			b.WriteString("  " + strings.TrimSpace(f.name+" "+f.value))
		}
	}
	if ev.SourceMasked {
		b.WriteString("  password masked by the Manager")
	}
	return b.String()
}

// classWidth is how much of a class name is worth its place.
const classWidth = 18

// lastWords drops a class name's first words until it is short:
// SmartLicensingIntegrationManager is IntegrationManager.
func lastWords(class string) string {
	for len(class) > classWidth {
		i := strings.IndexFunc(class[1:], unicode.IsUpper)
		if i < 0 {
			break
		}
		class = class[i+1:]
	}
	return class
}

func before(s, sep string) string {
	out, _, _ := strings.Cut(s, sep)
	return out
}

// stampOf is the time of day, without the zone.
func stampOf(ev event.LogEntry) string {
	return fmt.Sprintf("%-12.12s", ev.Stamp.Text)
}
