package ssh_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"syncscope/ssh"
	"syncscope/ssh/login"
)

// quokka answers every question with one secret.
type quokka struct{ asked []ssh.Question }

const typedSecret = "Quokka7Typed9Pw"

func (q *quokka) Secret(_ context.Context, asked ssh.Question) ([]byte, error) {
	q.asked = append(q.asked, asked)
	return []byte(typedSecret), nil
}
func (*quokka) TrustHost(context.Context, ssh.UnknownHost) (bool, error) { return false, nil }

// A host that repeats what was typed as an answer has it masked, in its next question
// and in its words of farewell; a question that asks for a secret by its words is
// hidden, though the host says that the answer may be seen.
func TestWhatWasTypedIsNotRepeated(t *testing.T) {
	config := &gossh.ServerConfig{MaxAuthTries: -1, KeyboardInteractiveCallback: func(_ gossh.ConnMetadata, ask gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
		got, err := ask("", "", []string{"Password: "}, []bool{true})
		if err != nil {
			return nil, err
		}
		for _, question := range []string{"Verification code: ", "비밀번호: ", "Favourite colour: "} {
			if _, err := ask("", "hello "+got[0], []string{question}, []bool{true}); err != nil {
				return nil, err
			}
		}
		return nil, &gossh.BannerError{Err: errors.New("no"), Message: "no such user " + got[0]}
	}}
	to, cfg, _ := sshServer(t, config)
	p := &quokka{}
	cfg.Prompter = p
	_, err := login.Dial(t.Context(), to, cfg)
	if err == nil || strings.Contains(err.Error(), typedSecret) {
		t.Errorf("%v", err)
	}
	if len(p.asked) < 4 {
		t.Fatalf("%d questions", len(p.asked))
	}
	for _, q := range p.asked {
		if strings.Contains(q.Text.String(), typedSecret) {
			t.Errorf("repeated: %s", q.Text)
		}
		if colour := strings.Contains(q.Text.String(), "colour"); q.Echo != colour {
			t.Errorf("%s is shown while it is typed: %v", q.Text, q.Echo)
		}
	}
}
