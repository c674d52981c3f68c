package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"syncscope/capture"
	"syncscope/checks"
)

// Leaving is what stays on the normal screen once a screen is gone.
type Leaving struct {
	Report
	Took   time.Duration
	Shown  *checks.Update // the last one
	Files  []File
	Notice string // what else is to be known: that the hosts are simulated
}

// File is something that the run has written.
type File struct{ What, Path string }

// Leave writes the verdict, what was seen and for how long, and which files
// were written. What ran on the hosts is told after it, once nothing does.
func Leave(w io.Writer, l Leaving) error {
	var b strings.Builder
	verdict(&b, l.Diagnosis)
	b.WriteString(Ladder(ladderOf(l.Diagnosis)) + "\n")
	parts := []string{Span(l.Took)}
	if n := len(l.Diagnosis.Attempts); n > 0 {
		parts = append(parts, count(n, "attempt"))
	}
	parts = append(parts, count(masked(l.Report), "value")+" masked")
	column(&b, "Seen", strings.Join(parts, ", "))
	for _, s := range l.Sources {
		if line := seen(s); line != "" {
			column(&b, "", line)
		}
	}
	if n := l.Shown.Dropped; n > 0 {
		column(&b, "", count(n, "row")+" came too fast for the screen and were not shown; the diagnosis had them")
	}
	if n := l.Diagnosis.Dropped; n > 0 {
		column(&b, "", fmt.Sprintf("%d of the oldest lines and connections were no longer held at the end", n))
	}
	for i, f := range l.Files {
		column(&b, []string{"Files", ""}[min(i, 1)], f.What+"  "+f.Path)
	}
	if l.Notice != "" {
		column(&b, "Hosts", l.Notice)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Hosts writes, behind the notice about the hosts, what ran there, what it cost
// them, and that nothing does any more.
func Hosts[T fmt.Stringer](w io.Writer, lines []T) error {
	var b strings.Builder
	for _, l := range lines {
		column(&b, "", l.String())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func column(b *strings.Builder, label, text string) { fmt.Fprintf(b, "%-7s %s\n", label, text) }

// seen is what came of a stream, or why nothing did; "" of one that only
// answers checks.
func seen(s checks.SourceStatus) string {
	name := cmp.Or(s.Source.Title.String(), s.Source.Kind.String())
	if host := s.Source.Host.String(); host != "" {
		name += " of " + host
	}
	what := count(s.Lines, "line")
	switch s.Source.Kind {
	case capture.Check:
		return ""
	case capture.TcpdumpText, capture.TcpdumpHex, capture.Pcap:
		what = count(s.Packets, "packet")
	}
	switch s.State {
	case capture.Refused:
		what = "not read: " + s.Detail
	case capture.Lost:
		what += ", until the link was lost"
	case capture.Connecting, capture.Waiting:
		what = "not read: it was left before"
	}
	return name + ": " + what
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
