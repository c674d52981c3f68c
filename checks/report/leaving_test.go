package report

import (
	"strings"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks/view"
)

func TestLeave(t *testing.T) {
	stream := func(kind event.Kind, title string, state event.Stream) view.SourceStatus {
		return view.SourceStatus{Source: event.Source{Kind: kind, Title: redact.New().Foreign(title), Host: redact.Literal("host-1")}, State: state, Lines: 12, Packets: 1, Detail: "may not be read (give rights)"}
	}
	unread := func(title string, state event.Stream) view.SourceStatus {
		s := stream(event.ManagerLog, title, state)
		s.Lines = 0
		return s
	}
	l := Leaving{
		Report: Report{Masked: map[redact.Kind]int{redact.ClientSecret: 1}, Sources: []view.SourceStatus{
			stream(event.Pcap, "tcpdump", event.Following), stream(event.ManagerLog, "server.log", event.Lost), stream(event.SSMMessages, "messages", event.Refused),
			stream(event.Check, "checks", event.Ended), stream(event.ManagerLog, "other.log", event.Connecting),
			unread("messages.2", event.Refused), unread("third.log", event.Connecting),
		}},
		Took: 62*time.Minute + 3*time.Second, Shown: &view.Update{Dropped: 9}, Notice: "asked",
		Files: []File{{"copy", "/a"}, {"what was sent", "/b"}},
	}
	l.Diagnosis.Dropped = 4
	var b strings.Builder
	if err := Leave(&b, l); err != nil {
		t.Fatal(err)
	}
	if err := Hosts(&b, []redact.Text{redact.Literal("What ran: nothing")}, 0); err != nil {
		t.Fatal(err)
	}
	_, got, _ := strings.Cut(b.String(), "\nSeen")
	want := `    1 h 2 min, 1 value masked
        tcpdump of host-1: 1 packet
        server.log of host-1: 12 lines, until the link was lost
        messages of host-1: 12 lines, then no more: may not be read (give rights)
        other.log of host-1: 12 lines, then it was waited for
        messages.2 of host-1: not read: may not be read (give rights)
        third.log of host-1: not read: it was left before
        9 rows came too fast for the screen and were not shown; the diagnosis had them
        4 of the oldest lines and connections are no longer held: older attempts may be incomplete
Files   copy  /a
        what was sent  /b
Hosts   asked
        What ran: nothing
`
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// Lines are broken between words, below their text; a path stays whole.
func TestColumns(t *testing.T) {
	c := columns{width: 30}
	c.add("✗ FAIL", "The SSM refuses the sign-in: 403")
	c.add("Files", "copy  /a/path/that/is/longer/than/a/line x")
	want := `✗ FAIL  The SSM refuses the
        sign-in: 403
Files   copy 
        /a/path/that/is/longer/than/a/line
        x
`
	if c.String() != want {
		t.Errorf("%q", c.String())
	}
}
