package report

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/redact"
	"syncscope/checks"
)

// markup tries to be read as HTML, as Markdown and as an attribute.
const markup = "```\n</pre><script>alert(1)</script> ````` | [x](javascript:y) <img src=x> & *b* _i_ `c` \" onload='x'"

// hostile is a report in which every text of a host's is one that may try to become
// markup.
func hostile(text string) Report {
	e := checks.Evidence{Number: 1, Source: text, Text: text, Says: text}
	f := &checks.Finding{
		ID: "grant-not-found", Severity: checks.Critical, Title: text, Short: text, Next: text, Explanation: text,
		CouldBe: []string{text}, HowToTell: text, Missing: []string{text}, Evidence: []checks.Evidence{e},
		RuledOut: []checks.RuledOut{{Why: text, Evidence: []checks.Evidence{e}}}, Fix: []checks.FixStep{{Do: text, Where: text, Impact: text}},
		Reproduce: []checks.Command{{On: checks.ShellSSM, Run: text}},
	}
	return Report{
		Version: text, Notes: []string{text}, Masked: map[redact.Kind]int{redact.ClientID: 2},
		Diagnosis: checks.Diagnosis{Verdict: checks.Failed, Shown: -1, RootCause: f, Findings: []checks.Finding{{Title: text, Severity: checks.Note, Evidence: []checks.Evidence{e}}}},
	}
}

// tags are the page's elements with their attributes, in order.
func tags(t *testing.T, r Report) (out []string) {
	t.Helper()
	var page bytes.Buffer
	if err := HTML(&page, r); err != nil {
		t.Fatal(err)
	}
	for z := html.NewTokenizer(&page); ; {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			out = append(out, z.Token().String())
		}
	}
}

// What a host wrote adds no element and changes no attribute.
func TestHTMLRunsNothing(t *testing.T) {
	evil, plain := tags(t, hostile(markup)), tags(t, hostile("text"))
	if !slices.Equal(evil, plain) {
		t.Errorf("the elements are %q, and with plain text %q", evil, plain)
	}
	all := strings.Join(plain, "\n")
	for _, bad := range []string{"<script", "<img", "http://", "https://"} {
		if strings.Contains(all, bad) {
			t.Errorf("%q is in the page", bad)
		}
	}
	var page bytes.Buffer
	if err := HTML(&page, hostile("text")); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(all, "default-src &#39;none&#39;") || !strings.Contains(page.String(), "2 values are masked") {
		t.Error("the page lacks its policy or its count")
	}
}

func TestMarkdownShowsMarkup(t *testing.T) {
	var out bytes.Buffer
	if err := Markdown(&out, hostile(markup)); err != nil {
		t.Fatal(err)
	}
	fence := ""
	for _, line := range strings.Split(out.String(), "\n") {
		marks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence == "" && len(marks) >= 3 && strings.HasSuffix(line, "text"):
			fence = marks
		case fence != "" && line == fence:
			fence = ""
		case fence != "" && len(marks) >= len(fence) && line == marks:
			t.Errorf("a line closes the fence: %q", line)
		case fence == "" && strings.Contains(strings.ReplaceAll(line, "\\<", ""), "<"):
			t.Errorf("markup is not escaped: %q", line)
		}
	}
	if fence != "" {
		t.Error("a fence is not closed")
	}
}

func TestFormatNames(t *testing.T) {
	for name := range Formats {
		if w, err := Format(name); err != nil || w(io.Discard, Report{Diagnosis: checks.Diagnosis{Shown: -1}}) != nil {
			t.Errorf("%s cannot be written", name)
		}
	}
	if _, err := Format("xml"); err == nil {
		t.Error("xml is a format")
	}
}

// What bounds have kept out is told in every format.
func TestBoundsAreTold(t *testing.T) {
	r := hostile(markup)
	r.Diagnosis.Dropped, r.Diagnosis.Unlisted = 3, 5
	for name, write := range map[string]func(io.Writer, Report) error{"text": Text, "JSON": JSON, "Markdown": Markdown, "HTML": HTML} {
		var out bytes.Buffer
		if err := write(&out, r); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"3 of the oldest lines", "5 older connections"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s lacks %q", name, want)
			}
		}
	}
}

// A diagnosis that nobody made yet, as of a run that ends before its first
// update, is printed in every format, whatever its fields point at.
func TestUnjudgedIsNoPanic(t *testing.T) {
	for shown := -1; shown <= 2; shown++ {
		for verdict := checks.NoAttempt; verdict <= checks.Failed; verdict++ {
			for _, attempts := range [][]checks.Attempt{nil, {{Number: 1}}} {
				r := Report{Diagnosis: checks.Diagnosis{Verdict: verdict, Shown: shown, Attempts: attempts}}
				for name, write := range Formats {
					var out bytes.Buffer
					if err := write(&out, r); err != nil || out.Len() == 0 {
						t.Errorf("%s, %s, attempt %d of %d: %d bytes, %v", name, verdict, shown, len(attempts), out.Len(), err)
					}
				}
			}
		}
	}
}

// Values that nobody has named yet are printed, in every format.
func TestUnknownValuesAreNoPanic(t *testing.T) {
	c := checks.ConnectionState{}
	c.State, c.TLS.Stage = 200, handshake.Seen(handshake.TLSStage(200))
	odd := checks.StageState{Stage: 200, Status: 200, Basis: 200}
	d := checks.Diagnosis{
		Verdict: 200, Shown: 0, Conns: []checks.ConnectionState{c},
		Attempts: []checks.Attempt{{Outcome: 200, Stages: []checks.StageState{odd}}},
	}
	for name, write := range Formats {
		var out bytes.Buffer
		if err := write(&out, Report{Diagnosis: d}); err != nil || out.Len() == 0 {
			t.Errorf("%s: %d bytes, %v", name, out.Len(), err)
		}
	}
	entry := event.LogEntry{}
	entry.Form, entry.Severity = 200, 200
	for _, ev := range []event.Event{entry, event.SourceState{State: 200}} {
		if Line(ev, "source") == "" {
			t.Errorf("%T: no line", ev)
		}
	}
}

// A report of what failed ends with what Cisco's documents say of waiting; that is no
// finding, and a report of what went well has none.
func TestWhetherItCanWait(t *testing.T) {
	for verdict, want := range map[checks.Verdict]bool{checks.Failed: true, checks.Inconclusive: true, checks.NoAttempt: true, checks.OK: false} {
		for name, write := range map[string]func(io.Writer, Report) error{"text": Text, "markdown": Markdown, "html": HTML} {
			var out bytes.Buffer
			if err := write(&out, Report{Diagnosis: checks.Diagnosis{Verdict: verdict, Shown: -1}}); err != nil {
				t.Fatal(err)
			}
			if got := strings.Contains(out.String(), "Smart Licensing Using Policy for Cisco Enterprise Routing Platforms"); got != want {
				t.Errorf("%s, %s: %v", name, verdict, got)
			}
		}
	}
}

// Each report says where its commands are typed; the JSON by the name that a rule has.
func TestCommandsSayWhere(t *testing.T) {
	r := hostile("text")
	r.Diagnosis.RootCause.Reproduce = []checks.Command{{On: checks.ShellSSM, Run: "df -h"}, {On: checks.ShellCLI, Run: "show version"}}
	for name, write := range Formats {
		var out bytes.Buffer
		if err := write(&out, r); err != nil {
			t.Fatal(err)
		}
		want := []string{"SSM, shell", "df -h", "Manager, CLI", "show version"}
		if name == "json" {
			want = []string{"reproduce\"", "df -h", "show version", "reproduce_on", "ssm-shell", "manager-cli"}
		}
		rest := out.String()
		for _, w := range want {
			_, after, found := strings.Cut(rest, w)
			if !found {
				t.Errorf("%s: no %q in its place:\n%s", name, w, out.String())
				break
			}
			rest = after
		}
	}
}
