package session_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// hardWraps breaks every line at a width that terminals have, with the blanks at the
// end of a row kept or trimmed.
func hardWraps(f *fault) (out []variant) {
	for _, width := range widths(72, 200, 1) {
		wrap := func(trim bool) func([]byte) []byte {
			return func(line []byte) []byte {
				rows := wrapped(line, width)
				for i := range rows {
					if trim {
						rows[i] = bytes.TrimRight(rows[i], " ")
					}
				}
				return bytes.Join(rows, []byte("\n"))
			}
		}
		out = append(out, mapLines(f, fmt.Sprintf("%d columns", width), wrap(false)))
		if width%8 == 0 {
			out = append(out, mapLines(f, fmt.Sprintf("%d columns, trimmed", width), wrap(true)))
		}
	}
	return out
}

// asUTF16 writes every file as PowerShell and Notepad do.
func asUTF16(f *fault) (out []variant) {
	for _, big := range []bool{false, true} {
		for _, mark := range []bool{true, false} {
			out = append(out, mapFiles(f, fmt.Sprintf("big %v, marked %v", big, mark), func(b []byte) []byte {
				text := strings.ReplaceAll(string(b), "\n", "\r\n")
				if mark {
					text = "\ufeff" + text
				}
				var to []byte
				for _, u := range utf16.Encode([]rune(text)) {
					lo, hi := byte(u), byte(u>>8)
					if big {
						lo, hi = hi, lo
					}
					to = append(to, lo, hi)
				}
				return to
			}))
		}
	}
	return out
}

func mapFiles(f *fault, label string, change func([]byte) []byte) variant {
	return variant{label, asText, func() []file {
		out := f.in(asText)
		for i, x := range out {
			out[i].data = change(x.data)
		}
		return out
	}}
}

// pageBeside gives the words that the Manager's page shows with the logs: in a file of
// their own, and in front of the Manager's log.
func pageBeside(f *fault) (out []variant) {
	const words = "Failed to authenticate Smart Account user\nSmart Account User Authentication failed.\nError 403: Failed to authenticate user\n"
	all := f.in(asText)
	failed := slices.ContainsFunc(all, func(x file) bool { return isManagerLog(x.name) && bytes.Contains(x.data, []byte("Failed to")) })
	if !failed {
		return nil
	}
	out = append(out, variant{"in a file", asText, func() []file { return append(slices.Clone(all), file{"gui.txt", []byte(words)}) }})
	for i, x := range all {
		if isManagerLog(x.name) {
			out = append(out, variant{"in front of " + x.name, asText, func() []file { return replaceFile(all, i, append([]byte(words), x.data...)) }})
		}
	}
	return out
}

// newestFirst turns each log round, as an export does, record by record.
func newestFirst(f *fault) (out []variant) {
	all := f.in(asText)
	for i, x := range all {
		records := recordsOf(x)
		if len(records) < 2 {
			continue
		}
		slices.Reverse(records)
		out = append(out, variant{x.name, asText, func() []file { return replaceFile(all, i, bytes.Join(records, nil)) }})
		lines := splitLines(withNewline(x.data)) // as tac does; a page of HTML cannot be read backwards
		slices.Reverse(lines)
		if !bytes.Contains(x.data, []byte("</html>")) {
			out = append(out, variant{x.name + ", line by line", asText, func() []file { return replaceFile(all, i, bytes.Join(lines, nil)) }})
		}
	}
	return out
}

// recordsOf are a log's records, each with the lines that go on with it; none: some
// line of it belongs to no record.
func recordsOf(x file) (out [][]byte) {
	if !isLog(x.name) {
		return nil
	}
	for _, l := range splitLines(withNewline(x.data)) {
		_, ok := lineTime(l, stampsOf(x.name)[:1], 2024)
		switch {
		case ok:
			out = append(out, l)
		case len(bytes.TrimSpace(l)) == 0:
		case len(out) == 0:
			return nil
		default:
			out[len(out)-1] = slices.Concat(out[len(out)-1], l)
		}
	}
	return out
}

// dressed puts something in front of every line, or behind it, as people's tools do.
func dressed(f *fault) (out []variant) {
	for _, d := range []struct {
		name string
		line func(n int, b string) string
	}{
		{"an indented block", func(_ int, b string) string { return "    " + b }},
		{"a tab", func(_ int, b string) string { return "\t" + b }},
		{"a mail's answer", func(_ int, b string) string { return "> " + b }},
		{"a mail's answer to an answer", func(_ int, b string) string { return ">> " + b }},
		{"grep -n", func(n int, b string) string { return fmt.Sprintf("%d:%s", n, b) }},
		{"cat -n", func(n int, b string) string { return fmt.Sprintf("%6d\t%s", n, b) }},
		{"less -N", func(n int, b string) string { return fmt.Sprintf("%7d %s", n, b) }},
		{"grep with a file", func(_ int, b string) string { return "/var/log/nms/some.log:" + b }},
		{"grep -n with a file", func(n int, b string) string { return fmt.Sprintf("some.log:%d:%s", n, b) }},
		{"a table", func(_ int, b string) string { return "| " + b + " |" }},
		{"a pane's frame", func(_ int, b string) string { return "│ " + b + " │" }},
		{"a list", func(_ int, b string) string { return "- " + b }},
		{"backticks", func(_ int, b string) string { return "`" + b + "`" }},
		{"CR", func(_ int, b string) string { return b + "\r" }},
		{"NBSP", func(_ int, b string) string { return strings.ReplaceAll(b, " ", "\u00a0") }},
		{"quotes of a mail", func(_ int, b string) string { return strings.NewReplacer(`"`, "\u201c", "'", "\u2019").Replace(b) }},
		{"a terminal's colours", func(n int, b string) string {
			return "\x1b[0m\x1b[3" + fmt.Sprint(n%8) + "m" + b + "\x1b[0m\x1b[K\r"
		}},
		{"grep in colour", func(_ int, b string) string { return "\x1b[35m\x1b[Kx.log\x1b[m\x1b[K\x1b[36m\x1b[K:\x1b[m\x1b[K" + b }},
		{"a console's blanks", func(_ int, b string) string { return strings.ReplaceAll(b, "  ", "\x1b[2C") }},
		{"CR CR LF", func(_ int, b string) string { return b + "\r\r" }},
		{"signs misread", func(_ int, b string) string {
			return strings.NewReplacer(`"`, "\u00e2\u20ac\u0153", "'", "\u00e2\u20ac\u2122").Replace(b)
		}},
		{"East Asian signs", func(_ int, b string) string {
			return strings.NewReplacer("(", "\uff08", ")", "\uff09", ":", "\uff1a").Replace(b)
		}},
		{"another pane beside", func(n int, b string) string {
			return b + strings.Repeat(" ", max(0, 1000-len([]rune(b)))) + fmt.Sprintf("\u2502top - %d", n)
		}},
		{"a column of a table", func(n int, b string) string { return fmt.Sprintf(`%d;"%s";host1`, n, strings.ReplaceAll(b, `"`, `""`)) }},
	} {
		out = append(out, mapFiles(f, d.name, func(b []byte) []byte {
			lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
			for i, l := range lines {
				lines[i] = d.line(i+1, l)
			}
			return []byte(strings.Join(lines, "\n") + "\n")
		}))
	}
	return out
}

var syslogShown = regexp.MustCompile(`^([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) (\S+) ([^ :]+): (.*)$`)

// otherPrograms are those that run in no container.
var otherPrograms = regexp.MustCompile(`(?m)^[A-Z][a-z]{2} [ \d]\d \S+ \S+ (kernel|dockerd|containerd|firewalld|systemd)\b`)

// enveloped writes the lines of the SSM's log as other daemons, runtimes and
// collectors do. at is the line's time.
func enveloped(f *fault) (out []variant) {
	iso := func(form string) func(time.Time, string, string, string) string {
		return func(at time.Time, host, tag, msg string) string {
			return at.Format(form) + " " + host + " " + tag + ": " + msg
		}
	}
	for _, w := range []struct {
		name string // in lower case: of a container, that has no other programs' lines
		line func(at time.Time, host, tag, msg string) string
	}{
		{"Rsyslog's file format", iso("2006-01-02T15:04:05.000000+00:00")},
		{"ISO, Z", iso("2006-01-02T15:04:05Z")},
		{"ISO, short", iso("2006-01-02T15:04:05+0000")},
		{"ISO, no zone", iso("2006-01-02T15:04:05")},
		{"Short-precise", iso("Jan _2 15:04:05.000000")},
		{"Short-full", iso("Mon 2006-01-02 15:04:05 UTC")},
		{"PRI", func(at time.Time, host, tag, msg string) string { return "<30>" + iso(time.Stamp)(at, host, tag, msg) }},
		{"RFC 5424", func(at time.Time, host, tag, msg string) string {
			return fmt.Sprintf("<30>1 %s %s %s 77 - [x@1 y=\"z\\\"]\"] %s", at.Format("2006-01-02T15:04:05.000Z"), host, tag, msg)
		}},
		{"Relayed", func(at time.Time, host, tag, msg string) string {
			return at.Format(time.Stamp) + " relay1 " + iso(time.Stamp)(at, host, tag, msg)
		}},
		{"docker logs -t", func(at time.Time, host, tag, msg string) string {
			return at.Format("2006-01-02T15:04:05.000000000Z ") + msg
		}},
		{"compose", func(at time.Time, host, tag, msg string) string {
			return tag + "_1  | " + at.Format("2006-01-02T15:04:05.000000000Z ") + msg
		}},
		{"cri", func(at time.Time, host, tag, msg string) string {
			return at.Format("2006-01-02T15:04:05.000000000Z") + " stdout F " + msg
		}},
		{"kubectl", func(at time.Time, host, tag, msg string) string {
			return "[pod/" + tag + "/x] " + at.Format("2006-01-02T15:04:05.000000000Z ") + msg
		}},
		{"docker's JSON", func(at time.Time, host, tag, msg string) string {
			return asJSON("log", msg+"\n", "stream", "stdout", "time", at.Format(time.RFC3339Nano))
		}},
		{"The journal's JSON", func(at time.Time, host, tag, msg string) string {
			return asJSON("__REALTIME_TIMESTAMP", fmt.Sprint(at.UnixMicro()), "_HOSTNAME", host, "SYSLOG_IDENTIFIER", tag, "MESSAGE", msg)
		}},
		{"Kibana's JSON", func(at time.Time, host, tag, msg string) string {
			return asJSON("@timestamp", at.Format(time.RFC3339Nano), "message", iso(time.Stamp)(at, host, tag, msg))
		}},
		{"Splunk's CSV", func(at time.Time, host, tag, msg string) string {
			return `"` + strings.ReplaceAll(iso(time.Stamp)(at, host, tag, msg), `"`, `""`) + `","` + at.Format(time.RFC3339) + `","` + host + `"`
		}},
	} {
		all := f.in(asText)
		for i, x := range all {
			if !isMessages(x.name) || w.name[0] >= 'a' && otherPrograms.Match(x.data) {
				continue
			}
			text, ok := mapSyslog(x.data, f.year(), w.line)
			if ok {
				out = append(out, variant{w.name + " around " + x.name, asText, func() []file { return replaceFile(all, i, text) }})
			}
		}
	}
	return out
}

var yearShown = regexp.MustCompile(`(?:^\d\d-\w+-|\[\d\d/\w{3}/)(\d{4})`)

// year is the one that the case's stamps show.
func (f *fault) year() int {
	for _, x := range f.files {
		if m := yearShown.FindSubmatch(x.data); m != nil && isLog(x.name) {
			n, _ := strconv.Atoi(string(m[1])) // digits
			return n
		}
	}
	return 2023
}

func asJSON(pairs ...string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	b, _ := json.Marshal(m) // texts only
	return string(b)
}

// mapSyslog writes every line of a log in another form; false: some line has none.
func mapSyslog(data []byte, year int, to func(at time.Time, host, tag, msg string) string) ([]byte, bool) {
	var out strings.Builder
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\r\n")
		m := syslogShown.FindStringSubmatch(line)
		if m == nil {
			if strings.TrimSpace(line) == "" {
				continue
			}
			return nil, false
		}
		at, err := time.Parse("2006 "+time.Stamp, fmt.Sprint(year, " ", m[1]))
		if err != nil {
			return nil, false
		}
		out.WriteString(to(at, m[2], m[3], m[4]) + "\n")
	}
	return []byte(out.String()), out.Len() > 0
}

// relayedManager writes the Manager's lines as syslog and collectors do.
func relayedManager(f *fault) (out []variant) {
	all := f.in(asText)
	for i, x := range all {
		if !isManagerLog(x.name) {
			continue
		}
		for _, w := range []struct {
			name string
			line func(at time.Time, b string) string
		}{
			{"syslog", func(at time.Time, b string) string { return at.Format(time.Stamp) + " vmanage vmanage-server: " + b }},
			{"RFC 5424", func(at time.Time, b string) string {
				return "<14>1 " + at.Format(time.RFC3339) + " vmanage vmanage - - - " + b
			}},
			{"Kibana's JSON", func(at time.Time, b string) string {
				return asJSON("@timestamp", at.Format(time.RFC3339), "message", b)
			}},
		} {
			text, at := []byte{}, time.Time{}
			for _, l := range splitLines(withNewline(x.data)) {
				if t, ok := lineTime(l, managerStamps, 0); ok {
					at = t
				}
				text = append(text, w.line(at, strings.TrimRight(string(l), "\r\n"))+"\n"...)
			}
			out = append(out, variant{w.name + " around " + x.name, asText, func() []file { return replaceFile(all, i, text) }})
		}
	}
	return out
}

// inJSON writes each file as one text or list in JSON, as automation and collectors
// hand it over.
func inJSON(f *fault) (out []variant) {
	lines := func(b []byte) []string { return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") }
	text := func(v any) []byte {
		b, _ := json.Marshal(v) // texts only
		return b
	}
	for _, w := range []struct {
		name string
		file func(b []byte) []byte
	}{
		{"one text", func(b []byte) []byte { return text(string(b)) }},
		{"a list of lines", func(b []byte) []byte {
			out, _ := json.MarshalIndent(lines(b), "", "  ") // texts only
			return out
		}},
		{"Ansible's stdout_lines", func(b []byte) []byte {
			return append([]byte("ok: [host1] => "), text(map[string]any{"changed": false, "stdout_lines": lines(b)})...)
		}},
		{"Loki's answer", func(b []byte) []byte {
			var values [][2]string
			for i, l := range lines(b) {
				values = append(values, [2]string{fmt.Sprint(1701985293000000000 + i), l})
			}
			return text(map[string]any{"data": map[string]any{"result": []any{map[string]any{"stream": map[string]string{"app": "x"}, "values": values}}}})
		}},
	} {
		all := f.in(asText)
		for i, x := range all {
			if isLog(x.name) && utf8.Valid(x.data) {
				out = append(out, variant{w.name + " of " + x.name, asText, func() []file { return replaceFile(all, i, w.file(x.data)) }})
			}
		}
	}
	return out
}
