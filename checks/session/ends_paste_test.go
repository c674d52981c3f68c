package session_test

import (
	"encoding/json"
	"html"
	"strings"
	"testing"
)

// asParts is a mail that says a text twice, as a text and as a page.
func asParts(s string) string {
	return "From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/alternative;\n boundary=\"=_B\"\n\n--=_B\nContent-Type: text/plain; charset=utf-8\n\n" + s +
		"\n--=_B\nContent-Type: text/html; charset=utf-8\n\n<html><body><p>" + strings.ReplaceAll(html.EscapeString(s), "\n", "</p>\n<p>") + "</p></body></html>\n--=_B--\n"
}

// ansi is a text as an editor of Windows saves it: quotes and blanks of its own, a byte
// each.
func ansi(s string) string {
	return strings.NewReplacer(`{"`, "{\x93", `":"`, "\x94:\x93", `","`, "\x94,\x93", `"}`, "\x94}", " ", "\xa0").Replace(s)
}

// A log is the same log however its lines' ends and its signs were written: in one line,
// as a program shows a text; as bytes of codepage 1252; with a page's names; as a column.
func TestEndsAndSignsOfPastes(t *testing.T) {
	literal := strings.NewReplacer("\n", `\n`, "\t", `\t`)
	forms := map[string]func(string) string{
		`\n`:             func(s string) string { return literal.Replace(s) },
		`\r\n in quotes`: func(s string) string { return "out: '" + strings.ReplaceAll(literal.Replace(s), `\n`, `\r\n`) + "'" },
		"YAML":           func(s string) string { q, _ := json.Marshal(s); return "log: " + string(q) },
		"a text of JSON": func(s string) string {
			q, _ := json.Marshal("see:\n" + s)
			return `{"fields": {"description": ` + string(q) + `}}`
		},
		"a list":          func(s string) string { return "['" + strings.ReplaceAll(s, "\n", `\n', '`) + "']" },
		"<br />":          func(s string) string { return strings.ReplaceAll(s, "\n", "<br />") },
		"line separators": func(s string) string { return strings.ReplaceAll(s, "\n", "\u2028") },
		"names of quotes": html.EscapeString,
		"names twice":     func(s string) string { return html.EscapeString(html.EscapeString(s)) },
		"ANSI":            ansi,
		"one column": func(s string) string {
			return `"` + strings.ReplaceAll(strings.ReplaceAll(s, `"`, `""`), "\n", "\"\n\"") + `"`
		},
		"said twice": asParts,
	}
	for _, name := range []string{"grant-not-found/vmanage-server.log", "ok-tls13/vmanage-server.log", "nginx-502-backend-down/messages"} {
		text := strings.TrimSpace(caseText(t, name))
		want := answered(pastedText(t, text).Diagnosis)
		for form, made := range forms {
			if strings.HasSuffix(name, "/messages") && (form == "YAML" || form == "a text of JSON") {
				continue // the SSM's lines in a text of JSON that no key tells are parted, and not yet put together
			}
			if got := answered(pastedText(t, made(text)+"\n").Diagnosis); got != want {
				t.Errorf("%s, %s: %s, wanted %s", name, form, got, want)
			}
		}
	}
	text := strings.TrimSpace(caseText(t, "grant-not-found/vmanage-server.log"))
	empty := strings.Replace(asParts(text), "utf-8\n\n"+text, "utf-8\n\n", 1)
	if got := answered(pastedText(t, empty).Diagnosis); got != "grant-not-found likely" {
		t.Errorf("a mail whose text is empty: %s", got)
	}
}
