package redact_test

import (
	"strings"
	"testing"

	"syncscope/capture/redact"
)

// What was typed is known in its own words, whatever escapes it seems to have.
func TestTypedIsKnown(t *testing.T) {
	for _, typed := range []string{"Quokka7Typed9Pw", "per%41cent7x", "with blank 9x", "k0rt!s"} {
		gate := redact.NewWithKey([]byte("test"))
		gate.Typed([]byte(typed + "\n"))
		for _, line := range []string{"hello " + typed, "vmanage# " + typed + " [sudo] password for admin: "} {
			if out := gate.Foreign(line).String(); strings.Contains(out, typed) {
				t.Errorf("%s", out)
			}
		}
	}
}

func TestAsksSecret(t *testing.T) {
	gate := redact.NewWithKey([]byte("test"))
	for question, want := range map[string]bool{
		"Password: ": true, "Enter your PIN: ": true, "Verification code: ": true, "OTP (6 digits): ": true, "Passcode or option (1-3): ": true, "비밀번호: ": true, "كلمة المرور: ": true, "Contraseña: ": true, "パスワード：": true,
		"Username: ": false, "Type yes to end it: ": false, "Favourite colour: ": false, "Which host? ": false,
	} {
		if got := redact.AsksSecret(gate.Foreign(question)); got != want {
			t.Errorf("%s: %v", question, got)
		}
	}
}

// Words of our own stay; what was typed among them is masked.
func TestOwnWordsStay(t *testing.T) {
	for text, want := range map[string]string{
		"unknown flag: --password (see syncscope live --help)":                "unknown flag: --password (see syncscope live --help)",
		"unknown flag: --secret (see syncscope analyze --help)":               "unknown flag: --secret (see syncscope analyze --help)",
		"a password is needed, and there is neither a terminal nor a program": "a password is needed, and there is neither a terminal nor a program",
	} {
		if got := redact.Own(text); got != want {
			t.Errorf("%s\nbecame %s", text, got)
		}
	}
	const arg = "my client_secret: k9X_2mVb-7RtQpLs4WnYc1Hd"
	for _, text := range []string{"nofile?password=Zebra9Quartz: no such file or folder (check the path)", arg + ": no such file or folder (check the path)"} {
		got := redact.Own(text, arg)
		if strings.Contains(got, "Zebra9") || strings.Contains(got, "k9X_2mVb") || !strings.HasSuffix(got, "no such file or folder (check the path)") {
			t.Errorf("%s\nbecame %s", text, got)
		}
	}
}
