package script

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// latin is what Latin makes of a whole text.
func latin(text string) string {
	var out strings.Builder
	for b := []byte(text); len(b) > 0; {
		r, n := utf8.DecodeRune(b)
		if r < utf8.RuneSelf {
			out.WriteByte(b[0])
			b = b[1:]
			continue
		}
		k, with := Latin(b, r, n)
		if k == 0 {
			k, with = n, b[:n]
		}
		out.Write(with)
		b = b[k:]
	}
	return out.String()
}

// Each word of the data file is read as its key where something binds a value to it, in
// capitals and small, and stays where more of a word follows.
func TestForeignWords(t *testing.T) {
	n := 0
	for line := range strings.Lines(foreignText) {
		f := strings.Fields(line)
		if len(f) < 2 || f[0] == "#" {
			continue
		}
		word, key := strings.Join(f[:len(f)-1], " "), f[len(f)-1]
		n++
		if key == "is" {
			if got := latin(word + "x"); got != " is x" {
				t.Errorf("%s is read as %q", word, got)
			}
			continue
		}
		for _, binder := range []string{":", "=", " ", "：", " -> ", `"`, "**", "은 ", "は「", "是"} {
			for _, w := range []string{word, strings.ToUpper(word)} {
				if got := latin(w + binder); !strings.HasPrefix(got, key) {
					t.Errorf("%s%s is read as %q, want %s", w, binder, got, key)
				}
			}
		}
		if got := latin(word + "ωωω"); strings.HasPrefix(got, key+"ωωω") {
			t.Errorf("%s is taken out of a longer word", word)
		}
	}
	if n < 40 {
		t.Errorf("only %d words", n)
	}
}

func TestLookalikes(t *testing.T) {
	for text, want := range map[string]string{
		"ｐａｓｓｗｏｒｄ＝": "password=", "contraseña": "contrasena", "şifre": "sifre", "mật khẩu": "mat khau", "pаsswоrd": "password", "a → b ⇒ c": "a -> b => c", "“x”": `"x"`, "a\u00a0b\u3000c": "a b c", "ключ": "ключ", "日本": "日本",
	} {
		if got := latin(text); got != want {
			t.Errorf("%s is read as %q, want %q", text, got, want)
		}
	}
}

// Latin takes at least one character and never more than there is, whatever it is given.
func TestLatinStaysWithinItsText(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	runes := []rune("비밀번호كلمة المرورパスワードは密码是пароль：＝→é\u0301\ufffd𝔸 x")
	for range 20_000 {
		var b []byte
		for range 1 + r.IntN(8) {
			b = utf8.AppendRune(b, runes[r.IntN(len(runes))])
		}
		b = b[:len(b)-r.IntN(min(3, len(b)))]
		c, n := utf8.DecodeRune(b)
		if k, with := Latin(b, c, n); k < 0 || k > len(b) || (k == 0) != (with == nil) {
			t.Fatalf("%q: %d bytes are %q", b, k, with)
		}
	}
}

// What is drawn is graphic, holds all that was visible, and stays when it is made once
// more.
func TestSanitise(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	pieces := []string{"a", "비", "\x00", "\x1b[31m", "\x7f", "\x9b", "\u202e", "\u200b", "\ufe0f", "\u0301", "\t", "\n", "é", "\xff", "\u2800", "𝔸"}
	for range 20_000 {
		var in string
		for range 1 + r.IntN(12) {
			in += pieces[r.IntN(len(pieces))]
		}
		out := string(Sanitise(nil, []byte(in)))
		for _, c := range out {
			if c != '\t' && (!unicode.IsPrint(c) || Unseen(c)) {
				t.Fatalf("%q is drawn as %q", in, out)
			}
		}
		for _, keep := range []string{"비", "𝔸"} {
			if strings.Count(in, keep) != strings.Count(out, keep) {
				t.Fatalf("%q loses %s: %q", in, keep, out)
			}
		}
		if again := string(Sanitise(nil, []byte(out))); again != out {
			t.Fatalf("%q becomes %q, and then %q", in, out, again)
		}
	}
}

// The look at eight bytes at once tells what the look at each does.
func TestPlainIsPrintable(t *testing.T) {
	for n := range 20 {
		for at := range n {
			for c := range 256 {
				b := []byte(strings.Repeat("x", n))
				if b[at] = byte(c); Plain(b) != Printable(b) {
					t.Fatalf("%q: %v", b, Plain(b))
				}
			}
		}
	}
}
