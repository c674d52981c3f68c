package cmdline

// word is one of a command line, without the quotes around it.
type word struct {
	start, end int
	hex        bool
}

// next is the word at or behind i: of a shell, of a list of strings, of the audit
// daemon's a1="…".
func next(b []byte, i int) word {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == ',' || b[i] == '[') {
		i++
	}
	audit := argument(b, i)
	if i += audit; i >= len(b) {
		return word{i, i, false}
	}
	if q := b[i]; q == '"' || q == '\'' {
		end := i + 1
		for end < len(b) && end-i < 2*reach && (b[end] != q || b[end-1] == '\\') {
			end++
		}
		return word{i + 1, end, false}
	}
	if b[i] == '$' && i+1 < len(b) && b[i+1] == '\'' {
		return next(b, i+1)
	}
	end := wordEnd(b, i)
	return word{i, end, audit > 0 && isHex(b[i:end])}
}

// argument is the length of a12= at i.
func argument(b []byte, i int) int {
	n := i
	if n+2 >= len(b) || b[n] != 'a' {
		return 0
	}
	for n++; n < len(b) && b[n] >= '0' && b[n] <= '9'; n++ {
	}
	if n == i+1 || n >= len(b) || b[n] != '=' {
		return 0
	}
	return n + 1 - i
}

// wordEnd is where a word without quotes ends.
func wordEnd(b []byte, i int) int {
	for limit := min(len(b), i+2*reach); i < limit && b[i] > ' ' && b[i] != '"' && b[i] != '\'' && b[i] != '|' && b[i] != ';'; {
		if b[i] == '\\' && i+1 < len(b) && (b[i+1] == 'n' || b[i+1] == '"') {
			break
		}
		i++
	}
	return i
}

func isHex(b []byte) bool {
	for _, c := range b {
		if !(c >= '0' && c <= '9' || c >= 'A' && c <= 'F' || c >= 'a' && c <= 'f') {
			return false
		}
	}
	return len(b) >= 8 && len(b)%2 == 0
}
