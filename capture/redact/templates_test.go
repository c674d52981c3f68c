package redact_test

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

// generated are the shapes of testdata/templates.txt with secrets of this seed, and
// what is made of them: bytes as numbers, frames, wraps.
func generated(t testing.TB, seed uint64) (all []shape) {
	r := rand.New(rand.NewPCG(seed, 17))
	for i, line := range templates(t, "templates") {
		all = append(all, filled(fmt.Sprintf("%d: %s", i+2, line), line, secretOf(r, 64), passwordOf(r)))
	}
	for _, how := range rewritten {
		s := secretOf(r, 64)
		text := "client_secret=" + s + "&x=1"
		all = append(all, shape{leakCase{how.name, how.of(text), []string{s}}, true})
	}
	return all
}

// templates are the shapes of a file of testdata, one a line.
func templates(t testing.TB, name string) (lines []string) {
	data, err := os.ReadFile("testdata/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimRight(string(data), "\n"), "\n")[1:]
}

// A key is enough for values of eight characters and more, where nothing but words, signs
// and how it is kept part it from them.
func TestShortValues(t *testing.T) {
	for i, line := range templates(t, "short") {
		for n, v := range []string{"velvet24", "Basalt2029x", "4KQ7TRB9ZP", "tr0ub4d!r", "9f86d08188"} {
			if s := filled(line, line, "k9X_2mVb-7RtQpLs", v); s.leaks(t) != "" {
				t.Errorf("%d: %s with value %d: %s", i+2, line, n, once(s.Text))
			}
		}
	}
}

func filled(name, line, secret, password string) shape {
	s := shape{leakCase: leakCase{Name: name}, keyed: true}
	for mark, v := range map[string]string{"<S>": secret, "<P>": password} {
		if strings.Contains(line, mark) {
			s.Secrets = append(s.Secrets, v)
		}
	}
	if strings.Contains(line, "<H>") {
		s.Secrets = append(s.Secrets, password)
	}
	for _, digits := range []string{"48213977", "482139"} {
		if strings.Contains(line, digits) && len(s.Secrets) == 0 {
			s.Secrets = []string{digits}
		}
	}
	s.Text = strings.NewReplacer("<S>", secret, "<P>", password, "<H>", strings.ToUpper(hex.EncodeToString([]byte(password))), "⏎", "\n").Replace(line) + "\n"
	return s
}

func secretOf(r *rand.Rand, n int) string {
	const of = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	b := make([]byte, n)
	for i := range b {
		b[i] = of[r.IntN(len(of))]
	}
	b[0], b[n-1] = 'k', '7'
	return string(b)
}

func passwordOf(r *rand.Rand) string {
	word := []string{"Velvet", "Basalt", "Juniper", "Orchard", "Kestrel", "Thistle", "Pigeon"}[r.IntN(7)]
	return word + []string{"", "", "+", "!", "-", "."}[r.IntN(6)] + secretTail(r)
}

func secretTail(r *rand.Rand) string {
	const of = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	b := make([]byte, 6+r.IntN(4))
	for i := range b {
		b[i] = of[r.IntN(len(of))]
	}
	b[1], b[3] = '4', 'Q'
	return string(b)
}

// rewritten are ways to write a whole text.
var rewritten = []struct {
	name string
	of   func(string) string
}{
	{"hex with colons", func(s string) string { return "data " + spaced(s, "%02x", ":") + " end" }},
	{"hex with blanks", func(s string) string { return "data " + spaced(s, "%02X", " ") + " end" }},
	{"hex with dashes", func(s string) string { return spaced(s, "%02x", "-") }},
	{"hex in Go", func(s string) string { return "[]byte{" + spaced(s, "0x%02x", ", ") + "}" }},
	{"decimal in Go", func(s string) string { return "body=[" + spaced(s, "%d", " ") + "]" }},
	{"journald's bytes", func(s string) string { return `{"MESSAGE":[` + spaced(s, "%d", ",") + `],"_PID":"1"}` }},
	{"octal escapes", func(s string) string { return spaced(s, `\%03o`, "") }},
	{"hex escapes", func(s string) string { return spaced(s, `\x%02x`, "") }},
	{"unicode escapes", func(s string) string { return spaced(s, `\u%04x`, "") }},
	{"decimal entities", func(s string) string { return spaced(s, "&#%d;", "") }},
	{"hex entities", func(s string) string { return spaced(s, "&#x%x;", "") }},
	{"percent", func(s string) string { return spaced(s, "%%%02X", "") }},
	{"od -c", func(s string) string {
		return rows(s, func(at int, row string) string { return fmt.Sprintf("%07o", at) + spaced(row, "   %c", "") })
	}},
	{"od -t x1", func(s string) string {
		return rows(s, func(at int, row string) string { return fmt.Sprintf("%07o ", at) + spaced(row, "%02x", " ") })
	}},
	{"hexdump -C", func(s string) string {
		return rows(s, func(at int, row string) string {
			return fmt.Sprintf("%08x  %-49s |%s|", at, spaced(row, "%02x", " "), row)
		})
	}},
	{"quoted", func(s string) string { return prefixed(wrap(s, 40), "> ") }},
	{"hanging indent", func(s string) string {
		return strings.TrimPrefix(prefixed(wrap("Jan 13 11:14:46 h app: a long enough line "+s, 48), "    "), "    ")
	}},
	{"backslash", func(s string) string { return strings.ReplaceAll(wrap(s, 40), "\n", "\\\n") }},
	{"in a box", func(s string) string {
		var out []string
		for _, l := range strings.Split(wrap(s, 40), "\n") {
			out = append(out, fmt.Sprintf("│ %-40s │", l))
		}
		return strings.Join(out, "\n")
	}},
	{"quoted-printable", func(s string) string {
		return strings.ReplaceAll(wrap(strings.ReplaceAll("a=1&"+s, "=", "=3D"), 60), "\n", "=\n")
	}},
}

func spaced(s, format, sep string) string {
	var out []string
	for _, c := range []byte(s) {
		out = append(out, fmt.Sprintf(format, c))
	}
	return strings.Join(out, sep)
}

func rows(s string, row func(at int, row string) string) string {
	var out []string
	for at := 0; at < len(s); at += 16 {
		out = append(out, row(at, s[at:min(len(s), at+16)]))
	}
	return strings.Join(out, "\n")
}

func prefixed(s, with string) string { return with + strings.ReplaceAll(s, "\n", "\n"+with) }

// What names a value is enough in shapes that the shared ones do not have, whatever
// the value: as a file and live.
func TestFurtherShapes(t *testing.T) {
	seeds := uint64(5)
	if os.Getenv("SYNCSCOPE_LONG") != "" {
		seeds = 50
	}
	failed := map[string]bool{}
	for seed := range seeds {
		for _, s := range generated(t, 100+seed) {
			if at := s.leaks(t); at != "" && !failed[s.Name] {
				failed[s.Name] = true
				t.Errorf("%s\nreadable, %s", s.Name, at)
			}
		}
	}
	t.Logf("%d shapes, %d readable", len(generated(t, 1)), len(failed))
}

// A value that a shape gave away is known from then on, whatever line comes behind the
// shape: what may be the rest of the value, or not.
func TestMentionedLater(t *testing.T) {
	failed := map[string]bool{}
	for seed, behind := range []string{"end", "}", "OK", "", "xyz123", "Jan 13 11:14:46 h app: next"} {
		for _, s := range generated(t, 200+uint64(seed)) {
			if failed[s.Name] || !strings.Contains(s.Name, "<") || strings.Contains(s.Name, "=Ab1") || strings.Contains(s.Name, "=a#") { // there the password is more than <P>
				continue
			}
			for _, v := range s.Secrets {
				if len(v) < 8 {
					continue
				}
				s.Text = strings.TrimSuffix(s.Text, "\n") + "\n" + behind + "\nJan 13 11:14:47 h app: later " + v + " here\n"
			}
			if at := s.leaks(t); at != "" {
				failed[s.Name] = true
				t.Errorf("%s\nbefore %q readable, %s", s.Name, behind, at)
			}
		}
	}
}
