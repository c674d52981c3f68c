package redact_test

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"syncscope/capture/redact"
)

// safe holds the sanitiser's properties: only graphic runes and tabs are left,
// a second pass changes nothing, and every visible character is still there.
func safe(t testing.TB, name string, raw []byte) {
	t.Helper()
	gate := redact.NewWithKey([]byte("test"))
	out := gate.Field(redact.Plain, raw).String()
	marks := 0
	for _, r := range out {
		if !unicode.IsGraphic(r) && r != '\t' || !unicode.IsPrint(r) && r != '\t' || unicode.Is(unicode.Variation_Selector, r) {
			t.Fatalf("%s: %U remains in %q of %q", name, r, out, raw)
		}
		if unicode.In(r, unicode.Mn, unicode.Me) {
			marks++
		} else {
			marks = 0
		}
		if marks > 4 {
			t.Fatalf("%s: five marks on one character in %q", name, out)
		}
	}
	if again := gate.Field(redact.Plain, []byte(out)).String(); again != out {
		t.Fatalf("%s: a second pass changes %q to %q", name, out, again)
	}
	rest := out
	for _, r := range string(raw) {
		if r < 0x80 && r > ' ' && r != 0x7F || unicode.IsLetter(r) && r < 0x1000 && r >= 0xC0 {
			i := strings.IndexRune(rest, r)
			if i < 0 {
				t.Fatalf("%s: %q lost %q", name, out, r)
			}
			rest = rest[i+len(string(r)):]
		}
	}
}

var alphabet = []string{"a", "Z", "9", " ", "\t", "\n", "\r", "\x00", "\x1b", "[", "]0;", "m", "\x07", "\x7f", "\x80", "\x9b", "\xc2\x9b", "\xe2\x82", "\xff", "é", "한", "ع", "e\u0301", "\u0301", "\u200b", "\u200d",
	"\u202e", "\u2066", "\u2028", "\u2029", "\ufeff", "\ufe0f", "\U000e0041", "\u00ad", "\u3164", "\u2800", "\u00a0", "\u034f", "👩", "\U000e0100", "\u115f", "<U+202E>", "^[", "\xed\xa0\x80"}

func randomText(r *rand.Rand, n int) []byte {
	var b []byte
	for range n {
		b = append(b, alphabet[r.IntN(len(alphabet))]...)
	}
	return b
}

func TestSanitiserOnRandomStrings(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		safe(t, "random", randomText(r, 1+r.IntN(24)))
	}
}

func TestSanitiserOnHostileStrings(t *testing.T) {
	needCases(t)
	data, err := os.ReadFile(shared + "/hostile-strings.tsv")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, line := range strings.Split(string(data), "\n") {
		name, digits, ok := strings.Cut(line, "\t")
		raw, err := hex.DecodeString(strings.TrimSpace(digits))
		if !ok || err != nil {
			continue
		}
		n++
		safe(t, name, raw)
		safe(t, name, append(append([]byte("before"), raw...), "behind"...))
	}
	if n < 54 {
		t.Errorf("only %d strings", n)
	}
}

// A million values of one kind, told apart by sixty-four bits of which forty
// are shown: what the gate takes for equal is equal.
func TestRandomValuesAreToldApart(t *testing.T) {
	n := 100_000
	if os.Getenv("SYNCSCOPE_LONG") != "" {
		n = 1_000_000
	}
	gate := redact.NewWithKey([]byte("test"))
	seen := make(map[string]int, n)
	r := rand.New(rand.NewPCG(3, 4))
	same := 0
	for i := range n {
		v := fmt.Sprintf("%016x%d", r.Uint64(), i)
		token := gate.Field(redact.Password, []byte(v)).String()
		if _, ok := seen[token]; ok {
			same++
		}
		seen[token] = i
	}
	t.Logf("%d of %d values share a token", same, n)
	if same > 2 { // among a million, 2^40 leaves half a pair to be expected
		t.Errorf("%d of %d values share a token", same, n)
	}
}

// One gate serves many streams at once, a screen that masks again, and a person
// who looks at a value.
func TestManyStreamsAtOnce(t *testing.T) {
	gate := redact.New()
	var all sync.WaitGroup
	for n := range 4 {
		all.Go(func() {
			st := gate.Stream()
			for i := range 200 {
				text := st.Line(redact.Wrap(fmt.Appendf(nil, "client_secret=%d-%d-abcdefgh&username=user%d&x=1", n, i, i)))
				if strings.Contains(gate.Shown(text.String()), "-abcdefgh") {
					t.Error("readable")
				}
				_, _ = gate.Reveal(text, time.Unix(0, 0))
				gate.SetPrivacy(i%2 == 0)
				gate.Counts()
			}
		})
	}
	all.Wait()
}

// A flood of values fills the dictionary, not the memory; what it had no room
// for is counted, and masked at its key.
func TestFloodOfValues(t *testing.T) {
	gate := redact.New()
	for i := range 6000 {
		if out := gate.Foreign(fmt.Sprintf("client_secret=%08x-secret-of-a-flood-%08x", i*7919, i)).String(); strings.Contains(out, "flood") {
			t.Fatal("readable:", out)
		}
	}
	if gate.Forgotten() == 0 {
		t.Error("nothing was forgotten")
	}
}

// What is no secret stays: of all other bytes at most one in a hundred is
// touched, and of a sign-in all that tells why it failed is there.
func TestLittleElseIsTouched(t *testing.T) {
	touched, all := 0, 0
	for _, c := range folders(t) {
		out, _ := passed(t, c.Text)
		in, got := strings.Split(c.Text, "\n"), strings.Split(out, "\n")
		for i, l := range in {
			if holds(l, c.Secrets) || strings.Contains(l, "Session-ID: ") || strings.Contains(l, " - ") && strings.HasSuffix(c.Name, "openssl.txt") { // a ticket is a secret
				continue
			}
			all += len(l)
			touched += differ(l, got[i])
		}
		for _, keep := range []string{"grant_type=password", "Grant not found", "status=403", "path=/oauth/token", "\"error\":\"invalid_client\"", " HTTP/1.1\" 403 "} {
			if strings.Count(out, keep) != strings.Count(c.Text, keep) {
				t.Errorf("%s: %q was touched", c.Name, keep)
			}
		}
	}
	t.Logf("%d of %d bytes on lines without secrets were touched", touched, all)
	if touched*100 > all {
		t.Error("more than one in a hundred")
	}
}

// differ is how many bytes of a are not in b, at the same ends.
func differ(a, b string) int {
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for a != "" && b != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return len(a)
}

func holds(line string, secrets []string) bool {
	for _, s := range secrets {
		for i := 0; i+8 <= len(s); i += 4 {
			if strings.Contains(line, s[i:i+8]) {
				return true
			}
		}
	}
	return false
}

func FuzzSanitise(f *testing.F) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 30 {
		f.Add(randomText(r, 12))
	}
	f.Fuzz(func(t *testing.T, b []byte) { safe(t, "fuzz", b) })
}

// FuzzSecret puts a secret between foreign bytes: nothing of it is readable, in
// whatever they make of it.
func FuzzSecret(f *testing.F) {
	for _, s := range []string{"", "x=1&", "{\"a\":\"", "Cookie: ", "\x1b[31m", "%25", "client#1f3a9c02e1 ", "-----BEGIN PRIVATE KEY-----", "0x0000:  504f 5354 ", "eyJ", "name\":\"password\",\"value\":\"", "\\\"", "Authorization: "} {
		f.Add([]byte(s), []byte(s))
		f.Add([]byte(s), []byte(" HTTP/1.1\" 403"))
	}
	f.Fuzz(func(t *testing.T, before, behind []byte) {
		const secret = "k9X2mVb7RtQpLs4WnYc1HdEg"
		if strings.ContainsAny(string(before)+string(behind), "\n\r") || strings.Contains(string(before), secret[:8]) || strings.Contains(string(behind), secret[:8]) {
			return
		}
		gate := redact.NewWithKey([]byte("fuzz"))
		gate.Field(redact.ClientSecret, []byte(secret))
		line := append(append(append([]byte{}, before...), secret...), behind...)
		out := gate.Line(redact.Wrap(line)).String()
		for i := 0; i+8 <= len(secret); i++ {
			if strings.Contains(out, secret[i:i+8]) {
				t.Fatalf("readable in %q of %q", out, line)
			}
		}
		for _, r := range out {
			if !unicode.IsPrint(r) && r != '\t' {
				t.Fatalf("%U remains of %q", r, line)
			}
		}
	})
}
