package cmdline

import (
	"bytes"
	"maps"
	"slices"
	"sync"
)

// names are the programs whose names are looked for.
var names = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for name, of := range programs() {
		for _, p := range of {
			if p.sought {
				out[name] = true
			}
		}
	}
	return out
})

// Names are those.
func Names() []string { return slices.Collect(maps.Keys(names())) }

// named finds the secret of the program in whose name i is.
func named(b []byte, i int) []Secret {
	start, end := i, i
	for start > 0 && i-start < maxName && inName(b[start-1]) {
		start--
	}
	for end < len(b) && end-i < maxName && inName(b[end]) {
		end++
	}
	if end == len(b) || b[end] > ' ' && b[end] != '"' && b[end] != '\'' || !names()[string(b[start:end])] || start > 0 && !opens(b[start-1]) && b[start-1] != '=' && b[start-1] != '\'' {
		return nil
	}
	for _, p := range programs()[string(b[start:end])] {
		at := end
		if p.after != "" {
			n := bytes.Index(b[end:min(len(b), end+reach)], []byte(p.after))
			if n < 0 {
				continue
			}
			at += n + len(p.after)
		}
		if p.place > 0 && p.sought {
			return p.placed(b, at)
		}
	}
	return nil
}

// maxName is more than the longest of their names has letters.
const maxName = 20

func inName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}
