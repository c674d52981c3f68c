package redact_test

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// A page of few columns breaks a line between any two words: what its key gives away, and
// stands first on the next line, is masked as in one line.
func TestNarrowPages(t *testing.T) {
	for n, line := range []string{
		"login ann / <P>", "account: ann / <P>", "curl -sku ann:<P> https://ssm/x", "curl --user \"ann:<P>\" https://ssm/x", "mysql -u root -p<P> licensing", `setenv("CLIENT_SECRET", "<P>", 1)`,
		`{client_secret, <<"<P>">>}`, "비밀번호는 <P> 입니다", `ike-psk ascii-text "<P>"`, "Zugangsdaten: ann / <P>", "gh auth login --with-token <<< <P>", `client_secret = "<P>"`, "the password for ann is <P>", "isql licensing ann <P>",
	} {
		for width := 36; width < 60; width++ {
			r := rand.New(rand.NewPCG(uint64(n), uint64(width)))
			s := filled(line, "Jan 13 11:14:46 h app[12]: the operator wrote here that "+line, "", passwordOf(r))
			if s.Text = foldFirst(s.Text, width); s.Text == "" {
				continue
			}
			if at := s.leaks(t); at != "" {
				t.Errorf("%s at %d: readable, %s", line, width, at)
			}
		}
	}
}

// foldFirst breaks the lines of text at the last blank before width, as fold -s does; "":
// the password stands first on no line.
func foldFirst(text string, width int) string {
	var out []string
	for l := strings.TrimSpace(text); ; {
		at := strings.LastIndexByte(l[:min(len(l), width+1)], ' ')
		if len(l) <= width || at <= 0 {
			out = append(out, l)
			break
		}
		out, l = append(out, l[:at]), l[at+1:]
	}
	for _, l := range out[1:] {
		if word, _, _ := strings.Cut(l, " "); strings.ContainsAny(word, "4") && strings.Contains(word, "Q") {
			return strings.Join(out, "\n")
		}
	}
	return ""
}
