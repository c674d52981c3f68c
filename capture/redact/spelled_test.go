package redact

// Spelled are the ways in which a value is looked for.
func Spelled(v []byte) (out []string) {
	for _, f := range spellings(v) {
		out = append(out, string(f.b))
	}
	return out
}
