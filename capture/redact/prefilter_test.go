package redact

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"

	"syncscope/capture/redact/script"
)

// slowly is what scan finds, without what makes it fast: it looks at every
// byte, takes each for part of a long word, and looks for runs on every line.
func (f *finder) slowly(b []byte) {
	f.escapes, f.from, f.waits, f.list, f.dashes, f.sql = false, -1, false, false, false, false
	for i, next := 0, 0; i < len(b); i++ {
		next = f.visit(b, i, next)
	}
	f.words, f.plain = f.words[:0], script.Printable(b)
	for i := range b {
		if proseChar[b[i]] {
			f.words = append(f.words, i)
		}
	}
	prose{f}.all(b)
	f.runs(b)
	f.words = nil
}

// alike holds that the fast way and the slow one find the same in b and in what
// its escapes say.
func alike(t *testing.T, b []byte) {
	t.Helper()
	for v, more := (view{b: b}), true; more; v, more = unescape(v) {
		for _, pending := range []Kind{Plain, ClientSecret} {
			fast, slow := finder{pending: pending}, finder{pending: pending}
			fast.scan(v.b)
			slow.slowly(v.b)
			if fast.words, fast.numeric, fast.long = nil, false, false; !reflect.DeepEqual(fast, slow) {
				t.Fatalf("%q:\nfast %+v\nslow %+v", v.b, fast, slow)
			}
		}
	}
	if script.Plain(b) != script.Printable(b) {
		t.Fatalf("%q is plain: %v", b, script.Plain(b))
	}
}

// pieces of what keys and shapes are made of, and of what looks like them.
var pieces = strings.Split(`client_secret|client_id|Client ID|API key|password|pass|pwd|pw|token|secret|code|sid|JSESSIONID|Authorization|Cookie|user|name|value|auth|PRIVATE KEY|CLIENT_RANDOM |_SECRET |RSA |Bearer |basic |eyJ|`+
	`eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.|-----BEGIN |---|--|-u|--user|-p|sshpass -p |-AsPlainText|://|@|=|:|: |=>| = |>|<|</|"|'|\"|\|%3D|%22|%25|&|&amp;|&quot;|#011|#~|,|, |;|{|}|[|]|(|)| |  |-|_|.|~|+|/|->|is|was|too short|`+
	`Winter2024|Xk9mQ2vT7pLr|a8f5f167f44f4964e6c998dee827110c|Y2xpZW50X3NlY3JldD1hYmNkZWZnaGlqa2xtbm9w|636c69656e745f7365637265743d616263646566676869|Jan 13 11:14:46 |12:34:56.789|client#1f3a9c02e1|form-data; name=|`+
	"session ticket:|enable secret 5 |J|b|B|R|S|x|ab|9|07|yJ|\t|\r|\n|\x00|\x1b[31m|\u200b|é|\xff", "|")

func TestFastAndSlowFindTheSame(t *testing.T) {
	lines := []string{"", "-", "a---", "---", "_bearer | secretJbaab;07"}
	if data, err := os.ReadFile("../../../shared/cases/redaction.json"); err == nil {
		var all []struct{ Text string }
		if err := json.Unmarshal(data, &all); err != nil {
			t.Fatal(err)
		}
		for _, c := range all {
			lines = append(lines, strings.Split(c.Text, "\n")...)
		}
	}
	for _, l := range lines {
		alike(t, []byte(l))
	}
	n := 30_000
	if os.Getenv("SYNCSCOPE_LONG") != "" {
		n = 1_000_000
	}
	r := rand.New(rand.NewPCG(7, 8))
	for range n {
		var b []byte
		for range 1 + r.IntN(20) {
			if r.IntN(12) == 0 {
				l := lines[r.IntN(len(lines))]
				b = append(b, l[r.IntN(len(l)+1):]...)
				b = b[:len(b)-r.IntN(len(b)+1)/4]
			}
			b = append(b, pieces[r.IntN(len(pieces))]...)
		}
		alike(t, b)
	}
}

func FuzzScan(f *testing.F) {
	for i := range pieces {
		f.Add([]byte(strings.Join(pieces[max(0, i-3):i+1], "")))
	}
	f.Fuzz(func(t *testing.T, b []byte) { alike(t, bytes.Clone(b)) })
}

// The tables are what the bytes themselves tell, one by one.
func TestTablesAreWhatTheirBytesTell(t *testing.T) {
	none := marked()
	for a := range 256 {
		for b := range 256 {
			x, y := byte(a), byte(b)
			var want uint8
			set := func(bit uint8, is bool) {
				if is {
					want |= bit
				}
			}
			if b > 0x7F {
				y = 0x7F
			}
			word := proseChar[x] && proseChar[y]
			set(second, secondOf(x, y))
			set(first, firstOf(x, y))
			set(inWord, word)
			set(lettered, word && (isLetter(x) || isLetter(y)))
			set(digited, word && (x-'0' <= 9 || y-'0' <= 9))
			set(valued, valueChar[x] && valueChar[y])
			set(numeric, ofNumber[x]&ofNumber[y] != 0)
			set(control, !script.Printable([]byte{x, y}))
			if got := pairs[b<<8|a]; got != want {
				t.Fatalf("%#x %#x: %08b, not %08b", a, b, got, want)
			}
			for _, c := range []byte("a\x00zZ-9") {
				letters := folded[x] != 0 && folded[byte(b)] != 0 && folded[c] != 0
				if none.lacks([]byte{x, byte(b), c}, 2) != letters {
					t.Fatalf("%#x %#x %q: no word ends with that: %v", a, b, c, !letters)
				}
			}
		}
	}
}
