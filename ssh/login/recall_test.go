package login

import (
	"context"
	"testing"

	"syncscope/capture/redact"
	"syncscope/ssh"
)

// counting answers what it is asked, and counts.
type counting struct {
	answer string
	asked  int
}

func (c *counting) Secret(context.Context, ssh.Question) ([]byte, error) {
	c.asked++
	return []byte(c.answer), nil
}

func (*counting) TrustHost(context.Context, ssh.UnknownHost) (bool, error) { return false, nil }

// An answer is given again by itself only if it led to a login, and once.
func TestRecalling(t *testing.T) {
	var m Credentials
	person := &counting{answer: "made up"}
	q := ssh.Question{Target: ssh.Target{User: "admin", Host: "192.0.2.1", Port: 22}, Text: redact.Literal("Password: ")}
	code := ssh.Question{Target: q.Target, Text: redact.Literal("Verification code: ")}
	login := func(worked bool, questions ...ssh.Question) {
		t.Helper()
		r := m.Recalling(person)
		for _, q := range questions {
			b, err := r.Secret(t.Context(), q)
			if err != nil || len(b) == 0 {
				t.Fatal(err)
			}
			clear(b) // who asked clears it
		}
		if worked {
			r.Worked()
		}
	}
	for _, step := range []struct {
		what   string
		worked bool
		ask    []ssh.Question
		asked  int // by then
	}{
		{"the first login asks", false, []ssh.Question{q}, 1},
		{"one that failed is asked anew", true, []ssh.Question{q, code}, 3},
		{"what worked is recalled, a code is not", true, []ssh.Question{q, code}, 4},
		{"refused, the person is asked", false, []ssh.Question{q, q}, 5},
		{"and from then on", true, []ssh.Question{q}, 6},
		{"until it works", true, []ssh.Question{q}, 6},
	} {
		if login(step.worked, step.ask...); person.asked != step.asked {
			t.Errorf("%s: asked %d times by now, want %d", step.what, person.asked, step.asked)
		}
	}
	m.Forget()
	if login(true, q); person.asked != 7 {
		t.Error("it is not forgotten")
	}
}
