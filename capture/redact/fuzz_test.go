package redact_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"syncscope/capture/redact"
)

// Whatever stands on the lines before and behind, a shape that names its secret is
// masked, unless those lines take it for a part of their own.
func FuzzShape(f *testing.F) {
	lines := templates(f, "templates")
	for i := range lines {
		f.Add("Jan 13 11:14:46 SSM-On-Prem systemd: Started Session 561", uint16(i), uint64(i), "end")
	}
	f.Fuzz(func(t *testing.T, before string, n uint16, seed uint64, behind string) {
		line := lines[int(n)%len(lines)]
		if strings.ContainsAny(before+behind, "\n\r") || !opensNothing(before) || strings.Contains(line, "⏎") {
			return
		}
		r := rand.New(rand.NewPCG(seed, 3))
		s := filled(line, line, secretOf(r, 64), passwordOf(r))
		s.Text = before + "\n" + strings.TrimSuffix(s.Text, "\n") + "\n" + behind
		for how, out := range map[string]string{"live": once(s.Text), "file": first(passed(t, s.Text))} {
			if at := s.leak(s.grams(), out); at != "" {
				t.Fatalf("%s: %q in %q", how, at, s.Text)
			}
		}
	})
}

// opensNothing reports whether a line leaves nothing open for the next: no key, no
// block, no table, nothing that goes on.
func opensNothing(line string) bool {
	return redact.NewWithKey([]byte("test")).Stream().Clean(redact.Wrap([]byte(line)))
}

// A line that does not hold the password, in any of its spellings, looks the same
// whichever it is.
func FuzzOracle(f *testing.F) {
	f.Add("Licensing2024!", "[SmartLicensingUtil] done")
	f.Add("Connection2024!", "111: Connection refused")
	f.Add("%2525253", "a%2525252Fb")
	f.Fuzz(func(t *testing.T, password, line string) {
		if len(password) < 6 || len(password) > 15 || strings.ContainsAny(password+line, "\x00\n\r\"\\%") || strings.Contains(line, password) {
			return
		}
		for i := 1; i < len(password); i++ { // the end of a line that was cut is another's business
			if strings.HasPrefix(line, password[i:]) {
				return
			}
		}
		plain := shownBeside([]string{line}, "")[0]
		if got := shownBeside([]string{line}, password)[0]; got != plain {
			for _, s := range redact.Spelled([]byte(password)) {
				if strings.Contains(strings.ToLower(line), strings.ToLower(s)) {
					return
				}
			}
			t.Fatalf("with %q\n%q\nis %q\nand without %q", password, line, got, plain)
		}
	})
}
