package diagnose

import "strings"

// fillings are names in braces, each before what stands for it. A Replacer of
// the library's takes longer to make than to use for one finding.
type fillings []string

// Replace puts in what s names.
func (f fillings) Replace(s string) string {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "{")
		if !ok && out.Len() == 0 {
			return s
		}
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		value, n := f.at(s[len(before):])
		out.WriteString(value)
		s = rest[n-1:]
	}
}

// at gives what stands for the name that s begins with, and the name's length;
// a brace that begins none stands for itself.
func (f fillings) at(s string) (value string, n int) {
	for i := 0; i < len(f); i += 2 {
		if strings.HasPrefix(s, f[i]) {
			return f[i+1], len(f[i])
		}
	}
	return s[:1], 1
}
