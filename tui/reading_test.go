package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks/view"
	"syncscope/tui/pane"
)

// The display filters say what Wireshark's would, on the recorded handshake and
// the recorded logs.
func TestDisplayFilters(t *testing.T) {
	for _, tt := range []struct {
		pane   paneID
		filter string
		want   string // in a row that passes; "" none does
		not    string // in no row that passes
	}{
		{handshakePane, "tcp.flags.syn", "SYN  mss 1460", "FIN"},
		{handshakePane, "tcp.flags.syn == 1 && tcp.flags.ack == 0", "SYN  mss 1460", "SYN-ACK"},
		{handshakePane, "tcp.flags.syn and not tcp.flags.ack", "SYN  mss 1460", "SYN-ACK"},
		{handshakePane, "tls.handshake.type == 1", "Client Hello", "Server Hello"},
		{handshakePane, "tls.handshake.type in {1, 14}", "Server Hello", "FIN"},
		{handshakePane, "ip.src == 172.20.0.0/16", "SYN-ACK", "Client Hello"},
		{handshakePane, "ip.addr != 172.20.85.137", "", "SYN"},
		{handshakePane, "tcp.port eq 8443 and tcp.len gt 1000", "Server Hello", "Client Hello"},
		{handshakePane, "!(tcp.flags.fin) && (tcp.options.mss_val < 1400 && tcp.flags.syn)", "SYN-ACK", "FIN"},
		{handshakePane, "tcp.analysis.retransmission", "", "SYN"},
		{managerPane, "log.level >= error", "Failed to authenticate", "AlarmManager"},
		{managerPane, "log.source contains rest", "RestAPIClient", "AlarmManager"},
		{managerPane, `log.text matches "on[A-Z]rem"`, "Getting onPrem", "AlarmManager"},
		{ssmPane, "http.response.code == 403", "oauth/token 403", "systemd"},
		{ssmPane, "log.source == rails || log.source == redis", "DB saved", "nginx "},
	} {
		m := screen(t, Options{}, 200, 60, replayed(t, false))
		m.panes.setFocus(tt.pane)
		press(m, "z", "d", tt.filter)
		if m.input.entry.wrong {
			t.Errorf("%s: %s", tt.filter, m.input.entry.said)
			continue
		}
		press(m, "enter")
		body := ansi.Strip(strings.Join(strings.Split(m.View().Content, "\n")[7:59], "\n"))
		if tt.want != "" && !strings.Contains(body, tt.want) || tt.want == "" && !strings.Contains(body, "none of") {
			t.Errorf("%s: %q is not in sight:\n%s", tt.filter, tt.want, body)
		}
		if strings.Contains(body, tt.not) {
			t.Errorf("%s: %q is in sight", tt.filter, tt.not)
		}
	}
}

// A value that no row can have is named as wrong, not answered with no row.
func TestDisplayFilterValuesAreChecked(t *testing.T) {
	for _, bad := range []string{"log.level >= wran", "tcp.port == https", "tcp.len > many", "ip.src == ssm", "http.response.code in {403, forbidden}", "tcp.flags.syn == yes", "frame.number < x"} {
		if match, err := pane.DisplayFilter(bad); err == nil || match != nil {
			t.Errorf("%s passes", bad)
		}
	}
	for _, good := range []string{"log.level >= WARN", "tcp.flags.syn == true", "ip.addr == 10.0.0.0/8", "ip.src == 2001:db8::1", "log.user == 7", "log.text contains wran", `log.source matches "x"`, "http.response.code in {403, 404}"} {
		if _, err := pane.DisplayFilter(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
}

// What is wrong stays to be mended; what was typed before comes back; a field's
// name is completed.
func TestTheFilterLineIsEdited(t *testing.T) {
	m := screen(t, Options{}, 200, 60, replayed(t, false), "tab", "d", "log.level >= wran", "enter")
	if m.input.entry == nil || !m.input.entry.wrong || !strings.Contains(plain(bare(m)), "Manager log: log.level >= wran") || !strings.Contains(bare(m), "no level") {
		t.Fatalf("it is not kept, or does not name its pane:\n%s", bare(m))
	}
	press(m, "left", "backspace", "backspace", "right", "backspace", "arn", "enter")
	if _, fields := m.panes.here().Filters(); m.input.entry != nil || fields != "log.level >= warn" {
		t.Errorf("mended: %q", fields)
	}
	press(m, "d", "ctrl+u", "up")
	if m.input.entry.text() != "log.level >= warn" {
		t.Errorf("typed before: %q", m.input.entry.text())
	}
	press(m, "ctrl+u", "tcp.sr", "tab", " == 8443")
	if m.input.entry.text() != "tcp.srcport == 8443" {
		t.Errorf("completed: %q", m.input.entry.text())
	}
	press(m, "ctrl+w", "1")
	if m.input.entry.text() != "tcp.srcport == 1" {
		t.Errorf("a word is taken away: %q", m.input.entry.text())
	}
}

// D filters every pane that has one of the expression's fields; the others show
// all their rows.
func TestAllPanesAreFilteredAtOnce(t *testing.T) {
	m := screen(t, Options{}, 200, 60, replayed(t, false), "D", "http.response.code == 403 || log.level >= error", "enter")
	for id, want := range map[paneID]bool{handshakePane: false, managerPane: true, ssmPane: true} {
		if _, fields := m.panes.rows(id).Filters(); (fields != "") != want {
			t.Errorf("pane %d: %q", id, fields)
		}
	}
	press(m, "D", "ctrl+u", "enter")
	for _, l := range m.panes.lists() {
		if _, fields := l.Filters(); fields != "" {
			t.Errorf("%s: %q stays", l.Name(), fields)
		}
	}
}

func TestDisplayFilterErrorsAreNamed(t *testing.T) {
	for filter, want := range map[string]string{
		"tcp.prt == 1": "no such field", "tcp.port ==": "value is missing", "(tcp": ") is missing", "tcp.port in 1": "{ is missing",
		"tcp.port == 1 2": "too much", `log.text matches "("`: "not a regular expression", "tcp &&": "field is missing", "tcp.port in {1": "} is missing",
	} {
		if _, err := pane.DisplayFilter(filter); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", filter, err, want)
		}
	}
}

func FuzzDisplayFilter(f *testing.F) {
	f.Add(`tcp.port in {1, 2} && !(log.text contains "a\"b") || tcp`)
	f.Fuzz(func(t *testing.T, text string) {
		if match, err := pane.DisplayFilter(text); err == nil && match != nil {
			match(&pane.Row{})
		}
	})
}

func lines(n int, text string) view.Update {
	gate := redact.New()
	u := view.Update{Shown: -1, Sources: []view.SourceStatus{{Source: event.Source{ID: 1, Kind: event.ManagerLog}}}}
	for i := range n {
		u.Events = append(u.Events, event.Plain{Meta: event.Meta{From: event.Ref{Source: 1, Line: i + 1}, Excerpt: gate.Foreign(strings.ReplaceAll(text, "#", string(rune('a'+i%26))))}})
	}
	return u
}

// What is typed is counted at once; a search that is not well formed leaves
// what was found.
func TestSearchAsItIsTyped(t *testing.T) {
	m := screen(t, Options{}, 80, 24, lines(30, "row # Ünï"), "tab", "/", "row c")
	if m.input.entry.said != "2 matches" {
		t.Errorf("counted %q", m.input.entry.said)
	}
	press(m, "(")
	if !m.input.entry.wrong {
		t.Error("an open ( is not shown as wrong")
	}
	press(m, "backspace", "enter", "n")
	if l := m.panes.here(); l.Current().Message != "row c Ünï" {
		t.Errorf("stands on %q", l.Current().Message)
	}
	press(m, "/", "ROW")
	if m.input.entry.said != "0 matches" {
		t.Errorf("capitals: %q", m.input.entry.said)
	}
}

// A filter is asked about rows as they come; following goes on.
func TestFilterWorksOnNewRows(t *testing.T) {
	m := screen(t, Options{}, 80, 24, lines(30, "row #"), "tab", "&", "row c")
	if m.input.entry.said != "2 of 31 rows pass" {
		t.Errorf("counted %q", m.input.entry.said)
	}
	press(m, "enter")
	more := lines(3, "late row c #")
	m.Update(updateMsg{u: more, ok: true})
	if text := ansi.Strip(m.View().Content); !strings.Contains(text, "5 of 34 pass &row c") || !strings.Contains(text, "late row c c") || strings.Contains(text, "row d") {
		t.Error(text)
	}
	press(m, "&", "ctrl+u", "!row c", "enter")
	if text := ansi.Strip(m.View().Content); !strings.Contains(text, "29 of 34 pass &!row c") {
		t.Error(text)
	}
	press(m, "&", "ctrl+u", "row c", "enter", "C")
	if text := ansi.Strip(m.View().Content); !strings.Contains(text, "row e") {
		t.Errorf("no context:\n%s", text)
	}
	press(m, "esc")
	if _, kept := m.panes.here().Filters(); kept != "" || !m.panes.here().Following() {
		t.Error("esc does not lift the filter, or following ended")
	}
}

func TestMarksAndTimes(t *testing.T) {
	m := screen(t, Options{}, 200, 60, replayed(t, false), "tab", "@", "16:49:54,25", "enter")
	first := m.panes.here().Current()
	if !strings.Contains(first.Message, "client map") {
		t.Errorf("@ went to %q", first.Message)
	}
	press(m, "m", "e", "u", "T", "T")
	if got := m.panes.here().Current(); got.Seq != first.Seq {
		t.Errorf("u went to %q", got.Message)
	}
	if text := ansi.Strip(m.View().Content); !strings.Contains(text, "+1.093 s") {
		t.Errorf("no time since the mark:\n%s", text)
	}
	press(m, "@", "23:59", "enter")
	if m.flash == "" {
		t.Error("a time that no row has is not said")
	}
}

func TestSidewaysAndWrap(t *testing.T) {
	long := strings.Repeat("0123456789", 30)
	m := screen(t, Options{}, 80, 24, lines(1, long), "tab", "z", "right", "right")
	if text := ansi.Strip(m.View().Content); strings.Count(text, "23456789") > 5 && !strings.Contains(text, "  2345678901") {
		t.Errorf("not scrolled by 32 columns:\n%s", text)
	}
	press(m, "ctrl+w")
	if text := ansi.Strip(m.View().Content); strings.Count(text, "0123456789") < 25 {
		t.Errorf("not wrapped:\n%s", text)
	}
}

// Rows that had to go are counted, and what is read stays or moves to what is
// left.
func TestOldRowsGo(t *testing.T) {
	m := screen(t, Options{}, 80, 24, lines(10_000, "row #"), "tab", "home")
	m.Update(updateMsg{u: lines(5_000, "late"), ok: true})
	if text := ansi.Strip(m.View().Content); !strings.Contains(text, "5,001 rows gone") {
		t.Error(text)
	}
	if l := m.panes.here(); l.Len() != 10_000 || l.Gone() != 5_001 { // with the note that the log is not understood
		t.Errorf("%d held, %d gone", l.Len(), l.Gone())
	}
}
