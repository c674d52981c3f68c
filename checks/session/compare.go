package session

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/ssh"
)

// CompareTyped asks for the two values of a grant and tells whether they are
// those of the attempt shown. They are not kept.
func CompareTyped(ctx context.Context, w io.Writer, gate *redact.Session, d checks.Diagnosis, ask ssh.Prompter) error {
	shown := d.Attempt()
	if shown == nil {
		return errors.New("--compare: there is no attempt to compare with")
	}
	var typed [2][]byte
	for i, text := range []redact.Text{redact.Literal("client ID to compare (not shown): "), redact.Literal("client secret to compare (not shown): ")} {
		b, err := ask.Secret(ctx, ssh.Question{Text: text})
		if err != nil {
			return fmt.Errorf("--compare: %w", err)
		}
		defer clear(b)
		gate.Typed(b)
		typed[i] = b
	}
	for _, line := range Compare(gate, *shown, typed[0], typed[1]) {
		fmt.Fprintln(w, redact.Hide(gate, line))
	}
	return nil
}

// Compare tells whether a client ID and a client secret that a person typed are
// those of the attempt: by their tokens alone. Nothing of them is shown or kept
// beyond the run.
func Compare(gate *redact.Session, a checks.Attempt, id, secret []byte) []string {
	return append(
		compare(gate, redact.ClientID, "client ID", id, a.Sent.ClientID, a.Seen.ClientID, redact.ClientSecret, "client secret", a.Sent.Secret),
		compare(gate, redact.ClientSecret, "client secret", secret, a.Sent.Secret, a.Seen.Secret, redact.ClientID, "client ID", a.Sent.ClientID)...)
}

// compare looks at one value; other is the field that it may have been put in
// the place of.
func compare(gate *redact.Session, kind redact.Kind, name string, typed []byte, sent, seen string, other redact.Kind, otherName, otherSent string) []string {
	trimmed := bytes.TrimSpace(typed)
	if len(trimmed) == 0 {
		return []string{name + ": nothing was typed"}
	}
	token := gate.Field(kind, trimmed).String()
	var says []string
	for _, side := range []struct{ who, token string }{{"the Manager sent", sent}, {"the SSM saw", seen}} {
		switch {
		case side.token == "":
			says = append(says, "what "+side.who+" is not in what was read")
		case same(token, side.token):
			says = append(says, "it is what "+side.who)
		default:
			says = append(says, "it is NOT what "+side.who)
		}
	}
	if len(trimmed) != len(typed) {
		says = append(says, "it was typed with blanks at its ends, which are not part of it")
	}
	if otherSent != "" && same(gate.Field(other, trimmed).String(), otherSent) {
		says = append(says, "it is the "+otherName)
	}
	return []string{name + ": " + strings.Join(says, "; ")}
}

// same compares tokens without what a client ID shows behind its own.
func same(a, b string) bool {
	a, _, _ = strings.Cut(a, " ")
	b, _, _ = strings.Cut(b, " ")
	return a == b
}
