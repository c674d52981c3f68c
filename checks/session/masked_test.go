package session

import (
	"strings"
	"testing"

	"syncscope/capture/redact"
)

func TestMaskedHidesWhatBecameKnown(t *testing.T) {
	gate := redact.NewWithKey([]byte("masked"))
	l := &Live{cfg: Config{Options: Options{Gate: gate}}}
	const line = "the reply held Zq8vT3mX9bLw2KpR and no more\n"
	token := gate.Field(redact.ClientID, []byte("Zq8vT3mX9bLw2KpR")).String()
	got := l.Masked(line)
	if strings.Contains(got, "Zq8vT3mX9bLw2KpR") || !strings.Contains(got, token) {
		t.Errorf("%q, want %s in it", got, token)
	}
	if again := l.Masked(got); again != got {
		t.Errorf("tokens do not stay: %q, then %q", got, again)
	}
}
