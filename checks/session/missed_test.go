package session_test

import (
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"syncscope/checks"
)

// dated is a Manager's log with all its days one day.
func dated(text, day string) string {
	return regexp.MustCompile(`\d\d-[A-Z][a-z]{2}-20\d\d`).ReplaceAllString(strings.ReplaceAll(strings.ReplaceAll(text, " IST ", " KST "), "catalyst-mgr1", "SDWAN-MGR-A"), day)
}

// inUTF16 is a text as PowerShell writes it.
func inUTF16(s string) string {
	out := []byte("\xff\xfe")
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return string(out)
}

// brokenAt breaks a text at a width, wherever that is.
func brokenAt(s string, width int) (out string) {
	for ; len(s) > width; s = s[width:] {
		out += s[:width] + "\n"
	}
	return out + s
}

// unreadable are forms in which nothing of a log is read, whatever is tried.
var unreadable = map[string]func(string) string{
	"base64":      func(s string) string { return brokenAt(base64.StdEncoding.EncodeToString([]byte(s)), 76) },
	"hexadecimal": func(s string) string { return hex.Dump([]byte(s)) },
	"no stamps": func(s string) string {
		return regexp.MustCompile(`(?m)^\S+ \S+ KST `).ReplaceAllString(s, "")
	},
	"a month of its own": func(s string) string { return strings.ReplaceAll(s, "-Dec-", "-Dez-") },
	"letters for digits": func(s string) string {
		return regexp.MustCompile(`(?m)^\S+ \S+`).ReplaceAllStringFunc(s, func(d string) string {
			return strings.NewReplacer("0", "O", "1", "l").Replace(d)
		})
	},
	"rows of 40": func(s string) string {
		var out []string
		for _, l := range strings.Split(s, "\n") {
			out = append(out, brokenAt(l, 40))
		}
		return strings.Join(out, "\n")
	},
}

// What could not be read may hold a newer attempt: the one that was read is no last
// success then, and its cause no certain one. The lines are named. What stands before
// the attempt that was read changes nothing.
func TestWhatWasNotReadBoundsTheAnswer(t *testing.T) {
	good, bad := caseText(t, "ok-tls13/vmanage-server.log"), caseText(t, "grant-not-found/vmanage-server.log")
	for name, form := range unreadable {
		for _, now := range []struct {
			first, then string
			want        string
		}{{good, bad, "inconclusive"}, {bad, good, "grant-not-found likely"}} {
			first, then := dated(now.first, "08-Dec-2025"), form(dated(now.then, "09-Dec-2026"))
			r := pastedText(t, first+"\nand this is what we get today:\n\n"+then+"\n")
			if got := answered(r.Diagnosis); got != now.want || !r.Diagnosis.Missed {
				t.Errorf("%s: %s, wanted %s", name, got, now.want)
			}
			if said := strings.Join(r.Notes, "\n"); !strings.Contains(said, "not read: ") {
				t.Errorf("%s: nothing is said of the lines: %s", name, said)
			}
			want := answered(pastedText(t, first).Diagnosis)
			if got := answered(pastedText(t, then+"\n\nand this today:\n\n"+first).Diagnosis); got != want {
				t.Errorf("%s, and below it what can be read: %s, wanted %s", name, got, want)
			}
		}
	}
}

// A note of somebody's beside a log bounds nothing, though it names what a sync's lines
// name.
func TestProseBoundsNothing(t *testing.T) {
	good := caseText(t, "ok-tls13/vmanage-server.log")
	r := pastedText(t, good+"\nThe call of oauth/token gave Code: 403 yesterday, says SmartLicensingUtil. Now it works.\n")
	if r.Diagnosis.Verdict != checks.OK {
		t.Errorf("%s %v", answered(r.Diagnosis), r.Notes)
	}
}

// What another program wrote behind UTF-16 is read as the bytes that it is.
func TestBytesBehindUTF16(t *testing.T) {
	good, bad := dated(caseText(t, "ok-tls13/vmanage-server.log"), "08-Dec-2025"), dated(caseText(t, "grant-not-found/vmanage-server.log"), "09-Dec-2026")
	want := answered(pastedText(t, good+"\n"+bad).Diagnosis)
	for name, text := range map[string]string{
		"bytes behind": inUTF16(good+"\n") + bad, "bytes between": inUTF16(good+"\n") + "a line of bytes and an odd one.\n" + strings.TrimPrefix(inUTF16(bad), "\xff\xfe"),
	} {
		if got := answered(pastedText(t, text).Diagnosis); got != want {
			t.Errorf("%s: %s, wanted %s", name, got, want)
		}
	}
}

// A sign behind a backslash is the sign, where an editor of Markdown put one before
// each; and a tab is a blank, where no blank is left.
func TestEscapedLines(t *testing.T) {
	bad := caseText(t, "grant-not-found/vmanage-server.log")
	want := answered(pastedText(t, bad).Diagnosis)
	cell := strings.NewReplacer("|", `\|`)
	for name, line := range map[string]func(string) string{
		"escaped": func(s string) string {
			return strings.NewReplacer("[", `\[`, "]", `\]`, "|", `\|`, "_", `\_`).Replace(s)
		},
		"a table":   func(s string) string { return "|" + cell.Replace(s) + "|" },
		"its rows":  func(s string) string { return "|12|" + cell.Replace(s) + "|" },
		"numbered":  func(s string) string { return "| 1 | " + cell.Replace(s) + " |" },
		"only tabs": func(s string) string { return strings.ReplaceAll(s, " ", "\t") },
	} {
		var out []string
		for _, l := range strings.Split(strings.TrimSpace(bad), "\n") {
			out = append(out, line(l))
		}
		if got := answered(pastedText(t, strings.Join(out, "\n")+"\n").Diagnosis); got != want {
			t.Errorf("%s: %s, wanted %s", name, got, want)
		}
	}
}
