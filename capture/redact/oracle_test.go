package redact_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"syncscope/capture/redact"
)

// A mask tells nothing of a password: for passwords made of words of the logs, a
// line that does not hold the password looks the same, whichever it is.
func TestMaskIsNoOracle(t *testing.T) {
	n := 200
	if os.Getenv("SYNCSCOPE_LONG") != "" {
		n = 2000
	}
	seen := map[string]bool{}
	for _, c := range folders(t) {
		for _, l := range strings.Split(c.Text, "\n") {
			seen[l] = true
		}
	}
	var lines []string
	for l := range seen {
		lines = append(lines, l)
	}
	slices.Sort(lines)
	words := wordsOf(lines)
	// A sample of the lines for each password, the same for all; in the long run each line.
	r := rand.New(rand.NewPCG(11, 12))
	sample := make([]string, 200)
	for i := range sample {
		sample[i] = lines[r.IntN(len(lines))]
	}
	if n == 2000 {
		sample = lines
	}
	t.Logf("%d passwords, %d lines each", n, len(sample))
	for range n {
		w := func() string { return words[r.IntN(len(words))] }
		password := []string{w(), w() + w(), w() + "2024!", strings.ToUpper(w()[:1]) + w() + "1", "!" + w(), w() + " " + w(), w() + "-77"}[r.IntN(7)]
		near := append(slices.Clone(sample), linesWith(lines, password)...)
		plain := shownBeside(near, "")
		for i, got := range shownBeside(near, password) {
			if got != plain[i] && !strings.Contains(near[i], password) {
				t.Fatalf("with the password %q\n%s\nis shown as\n%s\nand without as\n%s", password, near[i], got, plain[i])
			}
		}
	}
}

// linesWith are lines that hold eight characters of the password.
func linesWith(lines []string, password string) (out []string) {
	for i := 0; i+8 <= len(password); i += 3 {
		for _, l := range lines {
			if len(out) < 100*(1+i) && strings.Contains(l, password[i:i+8]) {
				out = append(out, l)
			}
		}
	}
	return out
}

// wordsOf are the words of lines: of letters, and with digits and signs.
func wordsOf(lines []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, l := range lines {
		for _, re := range []*regexp.Regexp{letterWord, anyWord} {
			for _, w := range re.FindAllString(l, -1) {
				if !seen[w] && len(w) < 40 {
					seen[w] = true
					out = append(out, w)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

var (
	letterWord = regexp.MustCompile(`[A-Za-z]{4,}`)
	anyWord    = regexp.MustCompile(`[^\s"'=&,;<>]{4,}`)
)

// shownBeside are lines as a gate shows them that has seen a password.
func shownBeside(lines []string, password string) []string {
	gate := redact.NewWithKey([]byte("test"))
	if password != "" {
		gate.Line(redact.Wrap(fmt.Appendf(nil, `{"password":%q}`, password)))
	}
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = gate.Known(redact.Wrap([]byte(l))).String()
	}
	return out
}

// A word that says what has become of a value is masked where somebody sent it, and
// stays where a program says it; it is learnt from neither.
func TestWordsThatWereSent(t *testing.T) {
	for line, want := range map[string]bool{
		"POST /t?grant_type=password&password=expired HTTP/1.1": true, "GET /?password=invalid&x=1": true, "password=refused&username=ann": true, "a=1&client_secret=missing": true,
		"password=expired": false, "password: expired": false, `{"password":["is too short"]}`: false, "client_id=missing client_secret=present password=empty": false, "sshd: password: refused for ann": false, "GET /?token=expired": false,
	} {
		gate := redact.NewWithKey([]byte("test"))
		if got := gate.Line(redact.Wrap([]byte(line))).String(); (got != line) != want {
			t.Errorf("%s is shown as %s", line, got)
		}
		const later = "the expired, invalid, refused, missing one"
		if got := gate.Line(redact.Wrap([]byte(later))).String(); got != later {
			t.Errorf("after %s: %s", line, got)
		}
	}
}

// What is no secret but a word, and what an ordinary line says behind a key,
// changes no other line.
func TestWordsAreNotLearnt(t *testing.T) {
	for _, v := range []string{"invalid", "refused", "is too short", "expired", "Connection refused", "invalid_grant", "Grant not found", "Licensing", "is invalid", "invalid_client", "Grant not found. Ensure that the given grant details are correct."} {
		out, _ := passed(t, fmt.Sprintf("login: {\"password\":[%q]}\npassword=%s\nlater %s here", v, v, v))
		if !strings.HasSuffix(out, "\nlater "+v+" here") {
			t.Errorf("%q was learnt:\n%s", v, out)
		}
	}
	for password, line := range map[string]string{"Licensing2024!": "[SmartLicensingUtil] done", "Connection2024!": "111: Connection refused", "Handshake77!": "SSLHandshakeException: handshake failure"} {
		if out, _ := passed(t, "password="+password+"&x=1\n"+line); !strings.HasSuffix(out, "\n"+line) {
			t.Errorf("%q is told by %s", password, out)
		}
	}
}
