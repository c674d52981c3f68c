package session_test

import (
	"strings"
	"testing"

	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/session"
)

func TestCompare(t *testing.T) {
	const id, secret = "abcdefghijklmnop1234", "ABCDEFGHIJKLMNOP5678"
	gate := redact.New()
	sent := checks.Credentials{ClientID: gate.Field(redact.ClientID, []byte(id)).String(), Secret: gate.Field(redact.ClientSecret, []byte(secret)).String()}
	for _, tt := range []struct {
		name, id, secret string
		a                checks.Attempt
		want             []string
	}{
		{"both right", id, secret, checks.Attempt{Sent: sent, Seen: sent}, []string{"client ID: it is what the Manager sent; it is what the SSM saw", "client secret: it is what the Manager sent; it is what the SSM saw"}},
		{"only one log", id, secret, checks.Attempt{Sent: sent}, []string{"what the SSM saw is not in what was read", "it is what the Manager sent"}},
		{"another", "zzzzzzzzzzzzzzzz0000", secret, checks.Attempt{Sent: sent, Seen: sent}, []string{"it is NOT what the Manager sent; it is NOT what the SSM saw", "it is what"}},
		{"blanks", id + " ", secret, checks.Attempt{Sent: sent, Seen: sent}, []string{"blanks at its ends", "it is what"}},
		{"the other field's", secret, id, checks.Attempt{Sent: sent, Seen: sent}, []string{"it is the client secret", "it is the client ID"}},
		{"nothing", "", "\n", checks.Attempt{Sent: sent}, []string{"client ID: nothing was typed", "client secret: nothing was typed"}},
	} {
		got := session.Compare(gate, tt.a, []byte(tt.id), []byte(tt.secret))
		for i, want := range tt.want {
			if i >= len(got) || !strings.Contains(got[i], want) {
				t.Errorf("%s: %q lacks %q", tt.name, got, want)
			}
		}
		if s := strings.Join(got, " "); strings.Contains(s, id) || strings.Contains(s, secret) {
			t.Errorf("%s: a value is shown: %s", tt.name, s)
		}
	}
}
