package login

import (
	"context"
	"errors"
	"strings"
	"sync"

	"syncscope/ssh"
)

// ErrNeedsYou: a login asks what only a person can answer now.
var ErrNeedsYou = errors.New("it takes a person to log in again")

// Credentials keeps what a person answered, in memory only, so that a lost link can
// be made again: passwords and passphrases, which stay the same. A code is
// never kept, and nothing is answered twice in one login.
type Credentials struct {
	mu    sync.Mutex
	known map[string][]byte
	good  map[string]bool // of known, what led to a login
}

// Asking is p, whose answers are kept.
func (m *Credentials) Asking(p ssh.Prompter) ssh.Prompter { return asking{m, p} }

// Recalling is Asking, and gives by itself an answer that has led to a login
// before: once, then the person is asked.
func (m *Credentials) Recalling(p ssh.Prompter) *Recalling {
	return &Recalling{m: m, asking: asking{m, p}, gave: map[string]bool{}}
}

// Again answers from memory alone.
func (m *Credentials) Again() ssh.Prompter { return &again{m: m, used: map[string]bool{}} }

// Forget wipes what is known.
func (m *Credentials) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, v := range m.known {
		clear(v)
	}
	clear(m.known)
	clear(m.good)
}

type asking struct {
	m *Credentials
	p ssh.Prompter
}

// Secret asks.
func (a asking) Secret(ctx context.Context, q ssh.Question) ([]byte, error) {
	answer, err := a.p.Secret(ctx, q)
	if err != nil || !stays(q) {
		return answer, err
	}
	a.m.mu.Lock()
	defer a.m.mu.Unlock()
	if a.m.known == nil {
		a.m.known = map[string][]byte{}
	}
	clear(a.m.known[questionKey(q)])
	a.m.known[questionKey(q)] = append([]byte(nil), answer...)
	return answer, nil
}

// TrustHost asks.
func (a asking) TrustHost(ctx context.Context, h ssh.UnknownHost) (bool, error) {
	return a.p.TrustHost(ctx, h)
}

type again struct {
	m    *Credentials
	mu   sync.Mutex
	used map[string]bool
}

// Recalling is the Prompter of one login.
type Recalling struct {
	m *Credentials
	asking
	mu   sync.Mutex
	gave map[string]bool // what was answered, by whomever
}

// Secret recalls, or asks.
func (r *Recalling) Secret(ctx context.Context, q ssh.Question) ([]byte, error) {
	r.mu.Lock()
	again := r.gave[questionKey(q)]
	r.gave[questionKey(q)] = true
	r.mu.Unlock()
	r.m.mu.Lock()
	if again { // it was refused
		delete(r.m.good, questionKey(q))
	}
	if r.m.good[questionKey(q)] {
		defer r.m.mu.Unlock()
		return append([]byte(nil), r.m.known[questionKey(q)]...), nil
	}
	r.m.mu.Unlock()
	return r.asking.Secret(ctx, q)
}

// Worked says that the login came about: its answers were right.
func (r *Recalling) Worked() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.m.mu.Lock()
	defer r.m.mu.Unlock()
	for key := range r.gave {
		if _, ok := r.m.known[key]; ok {
			if r.m.good == nil {
				r.m.good = map[string]bool{}
			}
			r.m.good[key] = true
		}
	}
}

// Secret answers what is known, once.
func (a *again) Secret(_ context.Context, q ssh.Question) ([]byte, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.m.mu.Lock()
	defer a.m.mu.Unlock()
	v, ok := a.m.known[questionKey(q)]
	if !ok || a.used[questionKey(q)] {
		return nil, ErrNeedsYou
	}
	a.used[questionKey(q)] = true
	return append([]byte(nil), v...), nil
}

// TrustHost trusts nobody.
func (*again) TrustHost(context.Context, ssh.UnknownHost) (bool, error) { return false, ErrNeedsYou }

func questionKey(q ssh.Question) string { return q.Target.String() + " " + q.Text.String() }

// stays tells by the question's words whether its answer is the same tomorrow.
func stays(q ssh.Question) bool {
	t := strings.ToLower(q.Text.String())
	if q.Echo || !strings.Contains(t, "password") && !strings.Contains(t, "passphrase") {
		return false
	}
	for _, w := range []string{"code", "one-time", "one time", "otp", "token", "verification", "new password"} {
		if strings.Contains(t, w) {
			return false
		}
	}
	return true
}
