package words

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestGlob(t *testing.T) {
	for _, tt := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "anything", true}, {"a*c", "abc", true}, {"a*c", "abd", false}, {"*grant not*", "The Grant NOT found", true}, {"abc", "abcd", false},
		{"*oauth/token", "/backend/oauth/token", true}, {"*oauth/token", "/oauth/token/x", false}, {"!password", "password", false}, {"!password", "", false}, {"!password", "client_credentials", true},
	} {
		if g := NewGlob(tt.pattern); g.Match(tt.text) != tt.want {
			t.Errorf("glob(%q, %q) is %v", tt.pattern, tt.text, !tt.want)
		}
	}
}

// reference matches as rules did before their patterns were made ready, and
// says what a pattern means: TestGlobs holds NewGlob against it.
func reference(pattern, text string) bool {
	if pattern == "" {
		return true
	}
	if other, not := strings.CutPrefix(pattern, "!"); not {
		return text != "" && !reference(other, text)
	}
	if one, others, ok := strings.Cut(pattern, "|"); ok {
		return reference(one, text) || reference(others, text)
	}
	return referenceWild(strings.ToLower(pattern), strings.ToLower(text))
}

func referenceWild(pattern, text string) bool {
	star, mark := -1, 0
	p, t := 0, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0: // let the last * take one byte more
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// pieces are what random patterns and texts are made of. strings.ToLower makes
// the Kelvin sign one byte (k) and the dotted capital I another (i), leaves the
// sharp s and gives its capital, of three bytes, two; Ⱥ becomes longer; what is
// no UTF-8 becomes U+FFFD.
var pieces = []string{
	"a", "A", "b", "B", "ab", "Ab", "z", "Z", "k", "K", "i", "I", "s", "0", "9", " ", "@", "[", "`", "{",
	"\u212a", "\u0130", "\u0131", "ß", "ẞ", "ſ", "Ⱥ", "ⱥ", "É", "é", "…", "한", "𐐀", "\ufffd", "\xff", "\xc3", "\xe2\x84", "\xed\xa0\x80", "\x80",
}

// made is a random text of up to n pieces: of a few ASCII letters, which match
// often, or of all.
func made(r *rand.Rand, n int, more ...string) string {
	from := append(slices.Clone(pieces[:6]), more...)
	if r.IntN(2) == 0 {
		from = append(slices.Clone(pieces), more...)
	}
	var b strings.Builder
	for range r.IntN(n + 1) {
		b.WriteString(from[r.IntN(len(from))])
	}
	return b.String()
}

// Patterns that were made ready match what they say.
func TestGlobs(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var yes int
	for range 400_000 {
		pattern, text := made(r, 6, "*", "*", "?", "|", "!", "*"), made(r, 8, "*", "?", "|", "!")
		if r.IntN(3) == 0 { // one that is likely to match
			pattern = strings.Replace(text, made(r, 1), "*", 1+r.IntN(3))
		}
		g, want := NewGlob(pattern), reference(pattern, text)
		if g.Match(text) != want {
			t.Fatalf("%q with %q is not %v", pattern, text, want)
		}
		if want && pattern != "" && text != "" {
			yes++
		}
	}
	if yes < 40_000 {
		t.Errorf("only %d match: the patterns say little", yes)
	}
}

func FuzzGlob(f *testing.F) {
	f.Add("*\u212a?|!a*", "\u0130k\xff")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if g := NewGlob(pattern); g.Match(text) != reference(pattern, text) {
			t.Errorf("%q with %q", pattern, text)
		}
	})
}

// No comparison asks for memory, whatever letters the text has.
func TestComparingAllocatesNothing(t *testing.T) {
	g := NewGlob("*grant not*|a?c|*\u212a|!x*y")
	for _, text := range []string{"The Grant NOT found", "\u0130 … \xff", strings.Repeat("Ä long text ", 1000)} {
		if n := testing.AllocsPerRun(100, func() { g.Match(text) }); n != 0 {
			t.Errorf("%.20q: %v allocations", text, n)
		}
	}
}
