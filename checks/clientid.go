package checks

import "strings"

// ClientHint is what a person finds a client ID by in the SSM's list, which shows
// it in full: its first characters and its length, as its token has them. Both are
// empty where a log cut or masked the ID; the length is where it was cut.
func ClientHint(token string) (begins, length string) {
	_, hint, _ := strings.Cut(token, " (")
	begins, length, ok := strings.Cut(hint, "…, ")
	if !ok {
		return "", ""
	}
	if n, behind, _ := strings.Cut(length, ")"); behind == "" {
		return begins, n
	}
	return begins, "" // it was cut: its length is not the ID's
}
