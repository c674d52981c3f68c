package script

import (
	"bytes"
	_ "embed" // foreign.txt
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed foreign.txt
var foreignText string

// foreignWord is a key of another script.
type foreignWord struct {
	word []rune
	key  string
}

// foreignWords are those of foreign.txt by their first letter, longest first.
var foreignWords = sync.OnceValue(func() map[rune][]foreignWord {
	out := map[rune][]foreignWord{}
	for line := range strings.Lines(foreignText) {
		f := strings.Fields(line)
		if len(f) < 2 || f[0] == "#" {
			continue
		}
		word := []rune(strings.Map(fold, strings.Join(f[:len(f)-1], " ")))
		out[word[0]] = append(out[word[0]], foreignWord{word, f[len(f)-1]})
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b foreignWord) int { return len(b.word) - len(a.word) })
	}
	return out
})

// fold makes one of all forms of a letter: Σ, σ, and ς at a word's end.
func fold(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }

// Latin gives what a reader of Latin letters sees in the character r at b's front,
// of n bytes: the key that a word of another script is, the letter that a full-width
// or an accented one is, an arrow or a quote that is none of ASCII.
func Latin(b []byte, r rune, n int) (int, []byte) {
	if list := foreignWords()[fold(r)]; list != nil {
		for _, w := range list {
			switch k := w.at(b); {
			case k == 0:
			case w.key == "is":
				return k, []byte(" is ")
			case binds(b[k:]):
				return k, []byte(w.key)
			}
		}
	}
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		return n, []byte{byte(r - 0xFEE0)}
	case r == 0x3000 || r == 0xA0:
		return n, []byte{' '}
	}
	if with, ok := lookalikes()[r]; ok {
		return n, []byte(with)
	}
	return 0, nil
}

// at is the length of the word at b's front, if it stands there.
func (w foreignWord) at(b []byte) (n int) {
	for _, want := range w.word {
		r, k := utf8.DecodeRune(b[n:])
		if fold(r) != want {
			return 0
		}
		n += k
	}
	return n
}

// binds reports whether b begins with what stands behind a key, not with more of a
// word or of a value.
func binds(b []byte) bool {
	if len(b) > 0 && b[0] == ' ' {
		return true
	}
	b = bytes.TrimLeft(b, "\t\"'`*_)]\\")
	if len(b) == 0 {
		return true
	}
	switch b[0] {
	case ':', '=', '-', '|', '(', '[', ';', ',', '/', '>', '<', '%', '&':
		return true
	}
	r, _ := utf8.DecodeRune(b)
	for _, w := range foreignWords()[r] {
		if w.key == "is" && w.at(b) > 0 {
			return true
		}
	}
	return r == '：' || r == '（' || r == '＝' || r == '→' || r == '⇒' || r == '은' || r == '는'
}

// lookalikes are characters that are read as others, of letters without accents.
var lookalikes = sync.OnceValue(func() map[rune]string {
	out := map[rune]string{
		'ß': "ss", '→': "->", '⇒': "=>", '➜': "->", '⟶': "->", '➔': "->", '–': "-", '—': "-", '−': "-", '‐': "-", '‑': "-", '꞉': ":", '∶': ":", '═': "=", '│': "|", '┃': "|", '║': "|", '┆': "|",
		'“': `"`, '”': `"`, '„': `"`, '«': `"`, '»': `"`, '「': `"`, '」': `"`, '‘': "'", '’': "'", '‚': "'",
	}
	for from, to := range map[string]string{
		"àáâãäåāăąạảấầẩẫậắằẳẵặ": "a", "ÀÁÂÃÄÅĀĂĄ": "A", "çćĉċč": "c", "ÇĆČ": "C", "ďđ": "d", "èéêëēĕėęěẹẻẽếềểễệ": "e", "ÈÉÊËĒĘĚ": "E", "ĝğġģ": "g", "Ğ": "G", "ìíîïĩīĭįıịỉ": "i", "ÌÍÎÏİ": "I", "ĺļľł": "l", "Ł": "L",
		"ñńņň": "n", "ÑŃŇ": "N", "òóôõöøōŏőơọỏốồổỗộớờởỡợ": "o", "ÒÓÔÕÖØŐ": "O", "ŕŗř": "r", "Ř": "R", "śŝşšș": "s", "ŚŞŠȘ": "S", "ţťț": "t", "ŢŤȚ": "T", "ùúûüũūŭůűưụủứừửữự": "u", "ÙÚÛÜŮŰ": "U", "ýÿỳỵỷỹ": "y", "Ý": "Y", "źżž": "z", "ŹŻŽ": "Z",
		"а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "i", "ѕ": "s", "Р": "P", "С": "C", "О": "O", "А": "A", "Е": "E", "Т": "T", "К": "K", "М": "M", "Н": "H", "В": "B",
	} {
		for _, r := range from {
			out[r] = to
		}
	}
	return out
})
