package diagnose

import "testing"

// A client ID is named as a person finds it in the SSM's list; what a log cut or
// masked, by no words that are left over.
func TestClientText(t *testing.T) {
	for token, want := range map[string]string{
		"client#1f3a9c02e1 (jF6q…, 64)":       "the client ID that begins with jF6q… (64 characters)",
		"client#1f3a9c02e1 (jF6q…, 20)~":      "the client ID that begins with jF6q…",
		"client#1f3a9c02e1":                   "the Manager's client ID",
		"client#1f3a9c02e1 (blank at start)~": "the Manager's client ID",
		"":                                    "the Manager's client ID",
	} {
		if got := clientText(token); got != want {
			t.Errorf("%q: %q, want %q", token, got, want)
		}
	}
}
