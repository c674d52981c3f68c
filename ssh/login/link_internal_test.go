package login

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"syncscope/capture/redact"
	"syncscope/ssh"
)

// A link on which nothing comes any more is seen within 45 s, whenever in the
// rhythm it dies; one that answers late is not.
func TestADeadLinkIsSeen(t *testing.T) {
	for dies := time.Duration(0); dies < 25*time.Second; dies += 700 * time.Millisecond {
		synctest.Test(t, func(t *testing.T) {
			start, done := time.Now(), make(chan struct{})
			gone := make(chan struct{})
			took := 0
			err := keepAlive(keepAliveEvery, keepAliveLimit, done, func() error {
				time.Sleep(14 * time.Second) // a bad link, but alive
				if time.Since(start) > dies {
					<-gone // as SendRequest on a dead one
				}
				return nil
			}, func(time.Duration) { took++ })
			close(gone)
			if seen := time.Since(start) - dies; !errors.Is(err, errNoAnswer) || seen > 45*time.Second {
				t.Errorf("died after %v: seen %v later, %v", dies, seen, err)
			}
			if dies > 15*time.Second && took == 0 {
				t.Error("an answer in time was not counted")
			}
		})
	}
}

func TestKeepAliveEndsWithTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		done := make(chan struct{})
		time.AfterFunc(time.Minute, func() { close(done) })
		var asked atomic.Int64
		if err := keepAlive(keepAliveEvery, keepAliveLimit, done, func() error { asked.Add(1); return nil }, func(time.Duration) {}); err != nil || asked.Load() < 6 || asked.Load() > 7 {
			t.Errorf("%v after %d questions", err, asked.Load())
		}
		if err := keepAlive(keepAliveEvery, keepAliveLimit, nil, func() error { return errAny }, nil); !errors.Is(err, errAny) {
			t.Error(err)
		}
	})
}

var errAny = errors.New("any")

// dialled is a dialler that fails as planned.
type dialled struct {
	at    []time.Time
	asked []bool
	plan  []error // one for each dial; then it holds
	last  *Client
}

func (d *dialled) dial(_ context.Context, asked bool) (*Client, error) {
	d.at, d.asked = append(d.at, time.Now()), append(d.asked, asked)
	if len(d.plan) > 0 {
		err := d.plan[0]
		d.plan = d.plan[1:]
		if err != nil {
			return nil, err
		}
	}
	d.last = &Client{done: make(chan struct{})}
	return d.last, nil
}

func kept(t *testing.T, d *dialled) *Link {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	d.last = &Client{done: make(chan struct{})}
	l := Keep(ctx, d.last, d.dial)
	l.jitter = func(limit time.Duration) time.Duration { return limit } // the longest
	return l
}

// The waits double up to a minute, and begin again after a link that held.
func TestReconnectWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &dialled{plan: []error{errAny, errAny, errAny, errAny, errAny, errAny, errAny, errAny, nil}}
		l := kept(t, d)
		lost := time.Now()
		close(d.last.done)
		c, err := l.Client(t.Context())
		if err != nil || c != d.last || l.State().Phase != LinkUp {
			t.Fatalf("%v, %+v", err, l.State())
		}
		for i, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60} {
			if got := d.at[i].Sub(lost); got != want*time.Second {
				t.Errorf("try %d came after %v, not %ds", i+1, got, want)
			}
			lost = d.at[i]
		}
		time.Sleep(10 * time.Second) // it held too short
		lost = time.Now()
		close(d.last.done)
		if _, err := l.Client(t.Context()); err != nil || d.at[9].Sub(lost) != 60*time.Second {
			t.Errorf("a link that flaps is tried after %v", d.at[9].Sub(lost))
		}
		time.Sleep(61 * time.Second)
		lost = time.Now()
		close(d.last.done)
		if _, err := l.Client(t.Context()); err != nil || d.at[10].Sub(lost) != time.Second {
			t.Errorf("a link that held is tried after %v", d.at[10].Sub(lost))
		}
	})
}

// Full jitter: between nothing and the limit.
func TestJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		l := Keep(ctx, &Client{done: make(chan struct{})}, nil)
		low, high := time.Hour, time.Duration(0)
		for range 1000 {
			d := l.jitter(10 * time.Second)
			low, high = min(low, d), max(high, d)
		}
		if low > time.Second || high < 9*time.Second || high > 10*time.Second+time.Millisecond {
			t.Errorf("from %v to %v", low, high)
		}
	})
}

// What another try cannot mend is not tried, until a person asks for it.
func TestNoRetryAfterARefusal(t *testing.T) {
	for _, refusal := range []error{&ssh.AuthError{}, &ssh.HostKeyError{Changed: true}, &ssh.DialError{Err: ErrNeedsYou}} {
		synctest.Test(t, func(t *testing.T) {
			d := &dialled{plan: []error{errAny, refusal, refusal, nil}}
			l := kept(t, d)
			close(d.last.done)
			time.Sleep(time.Hour)
			synctest.Wait()
			if _, err := l.Client(t.Context()); !errors.Is(err, refusal) || len(d.at) != 2 || l.State().Phase != LinkNeedsYou {
				t.Fatalf("%v, %d tries, %+v", err, len(d.at), l.State())
			}
			l.Retry()
			time.Sleep(time.Hour)
			synctest.Wait()
			if len(d.at) != 3 || !d.asked[2] || d.asked[0] || d.asked[1] {
				t.Fatalf("%d tries, asked %v", len(d.at), d.asked)
			}
			l.Retry()
			time.Sleep(time.Second)
			if c, err := l.Client(t.Context()); err != nil || c != d.last {
				t.Error(err)
			}
		})
	}
}

type scripted struct{ asked int }

func (s *scripted) Secret(context.Context, ssh.Question) ([]byte, error) {
	s.asked++
	return []byte("once"), nil
}
func (*scripted) TrustHost(context.Context, ssh.UnknownHost) (bool, error) { return true, nil }

// Passwords are remembered for the next login, codes are not, and a refused
// answer is not given twice.
func TestMemory(t *testing.T) {
	var m Credentials
	p := &scripted{}
	ask := func(p ssh.Prompter, text string) error {
		_, err := p.Secret(t.Context(), ssh.Question{Target: ssh.Target{User: "a", Host: "h", Port: 22}, Text: gateText(text)})
		return err
	}
	first := m.Asking(p)
	for _, text := range []string{"Password: ", "Verification code: ", "One-time password (OTP): ", "Passphrase for /k: "} {
		if err := ask(first, text); err != nil {
			t.Fatal(err)
		}
	}
	next := m.Again()
	for text, want := range map[string]error{"Password: ": nil, "Passphrase for /k: ": nil, "Verification code: ": ErrNeedsYou, "One-time password (OTP): ": ErrNeedsYou, "Password for b: ": ErrNeedsYou} {
		if err := ask(next, text); !errors.Is(err, want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if err := ask(next, "Password: "); !errors.Is(err, ErrNeedsYou) {
		t.Errorf("a refused password is given again: %v", err)
	}
	if ok, err := next.TrustHost(t.Context(), ssh.UnknownHost{}); ok || err == nil {
		t.Error("a host is trusted without a person")
	}
	m.Forget()
	if err := ask(m.Again(), "Password: "); !errors.Is(err, ErrNeedsYou) {
		t.Error("it is known still")
	}
	if p.asked != 4 {
		t.Errorf("a person was asked %d times", p.asked)
	}
}

func gateText(s string) redact.Text { return redact.New().Foreign(s) }
