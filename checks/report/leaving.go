package report

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"syncscope/capture/event"
	"syncscope/checks/view"
)

// Leaving is what stays on the normal screen once a screen is gone.
type Leaving struct {
	Report
	Took   time.Duration
	Shown  *view.Update // the last one
	Files  []File
	Notice string // what else is to be known: that the hosts are simulated
	Width  int    // of the terminal; 0: lines are not broken
}

// File is something that the run has written.
type File struct{ What, Path string }

// Leave writes the verdict, what was seen and for how long, and which files
// were written. What ran on the hosts is told after it, once nothing does.
func Leave(w io.Writer, l Leaving) error {
	b := columns{width: l.Width}
	for _, r := range verdict(l.Diagnosis) {
		b.add(strings.TrimSpace(r.lead), r.text)
	}
	b.add("", Ladder(ladderOf(l.Diagnosis)))
	parts := []string{Span(l.Took)}
	if n := len(l.Diagnosis.Attempts); n > 0 {
		parts = append(parts, count(n, "attempt"))
	}
	parts = append(parts, count(masked(l.Report), "value")+" masked")
	b.add("Seen", strings.Join(parts, ", "))
	for _, s := range l.Sources {
		if line := seen(s); line != "" {
			b.add("", line)
		}
	}
	if n := l.Shown.Dropped; n > 0 {
		b.add("", count(n, "row")+" came too fast for the screen and were not shown; the diagnosis had them")
	}
	for _, n := range l.Remarks() {
		b.add("", n)
	}
	for i, f := range l.Files {
		b.add([]string{"Files", ""}[min(i, 1)], f.What+"  "+f.Path)
	}
	if l.Notice != "" {
		b.add("Hosts", l.Notice)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Hosts writes, behind the notice about the hosts, what ran there, what it cost
// them, and that nothing does any more.
func Hosts[T fmt.Stringer](w io.Writer, lines []T, width int) error {
	b := columns{width: width}
	for _, l := range lines {
		b.add("", l.String())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// columns are labels with texts beside them, broken between words. A path
// that is longer than a line stays whole.
type columns struct {
	strings.Builder
	width int
}

const labelWidth = 8

func (c *columns) add(label, text string) {
	at := labelWidth
	c.WriteString(label + strings.Repeat(" ", max(1, labelWidth-utf8.RuneCountInString(label))))
	for i, word := range strings.Split(text, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case c.width > 0 && at+1+n > c.width && at > labelWidth:
			c.WriteString("\n" + strings.Repeat(" ", labelWidth))
			at = labelWidth
		default:
			c.WriteByte(' ')
			at++
		}
		c.WriteString(word)
		at += n
	}
	c.WriteByte('\n')
}

// seen is what came of a stream, or why nothing did; "" of one that only
// answers checks.
func seen(s view.SourceStatus) string {
	what, read := count(s.Lines, "line"), s.Read()
	switch {
	case s.Source.Kind == event.Check:
		return ""
	case s.Source.Kind.HasPackets():
		what = count(s.Packets, "packet")
	}
	switch {
	case s.State == event.Refused && read:
		what += ", then no more: " + s.Detail
	case s.State == event.Refused:
		what = "not read: " + s.Detail
	case s.State == event.Lost:
		what += ", until the link was lost"
	case s.State != event.Connecting && s.State != event.Waiting:
	case read:
		what += ", then it was waited for"
	default:
		what = "not read: it was left before"
	}
	return s.Source.Name() + ": " + what
}

// count is a number of things in words.
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// Span is a time that something took, for people.
func Span(d time.Duration) string {
	switch s := int(d.Round(time.Second).Seconds()); {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d min %d s", s/60, s%60)
	default:
		return fmt.Sprintf("%d h %d min", s/3600, s/60%60)
	}
}
