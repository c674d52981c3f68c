package session

import (
	"context"
	"errors"
	"sync"

	"syncscope/checks/view"
	"syncscope/ssh"
)

// prompts is where a login's questions wait for a person. One question stands in
// the updates at a time; whoever asks waits for its answer.
type prompts struct {
	turn    chan struct{} // held by who may ask
	changed func()

	mu      sync.Mutex
	open    *question
	waiting int
	last    int
}

type question struct {
	prompt view.Prompt
	answer chan answer
}

type answer struct {
	value []byte
	ok    bool
}

func newPrompts(changed func()) *prompts {
	return &prompts{turn: make(chan struct{}, 1), changed: changed}
}

// errUnanswered ends a login whose question nobody wanted to answer.
var errUnanswered = errors.New("its question was left unanswered")

// ask puts a question to the person and waits as long as he takes.
func (d *prompts) ask(ctx context.Context, p view.Prompt) ([]byte, error) {
	d.count(1)
	defer d.count(-1)
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	q := &question{p, make(chan answer, 1)}
	d.put(q)
	defer d.put(nil)
	select {
	case a := <-q.answer:
		if !a.ok {
			clear(a.value)
			return nil, errUnanswered
		}
		return a.value, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (d *prompts) count(n int) {
	d.mu.Lock()
	d.waiting += n
	d.mu.Unlock()
	d.changed()
}

func (d *prompts) put(q *question) {
	d.mu.Lock()
	if q != nil {
		d.last++
		q.prompt.ID = d.last
	}
	d.open = q
	d.mu.Unlock()
	d.changed()
}

// prompt is the question that stands, nil if there is none.
func (d *prompts) prompt() *view.Prompt {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open == nil {
		return nil
	}
	p := d.open.prompt
	p.Waiting = d.waiting - 1
	return &p
}

// reply answers the question with an ID. value belongs to the prompts from then on: who
// asked clears it. An answer that comes too late is cleared here.
func (d *prompts) reply(id int, value []byte, ok bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open == nil || d.open.prompt.ID != id {
		clear(value)
		return errors.New("this question is no longer asked")
	}
	d.open.answer <- answer{value, ok}
	d.open = nil
	return nil
}

// hostPrompts asks for one host, and shows on its way that a person is asked.
type hostPrompts struct {
	*prompts
	way *progress
}

// prompts asks for a host.
func (h *host) prompts() hostPrompts {
	return hostPrompts{h.run.prompts, h.progress}
}

// asker names who asks: a host, or one on the way to it.
func asker(at, to ssh.Target) string {
	if to == (ssh.Target{}) || to == at {
		return at.String()
	}
	return at.String() + ", on the way to " + to.String()
}

// Secret implements ssh.Prompter.
func (d hostPrompts) Secret(ctx context.Context, q ssh.Question) ([]byte, error) {
	text := q.Text.String()
	if q.Try > 1 {
		text = "That was refused. " + text
	}
	defer d.way.asking(view.StepLogin)()
	return d.ask(ctx, view.Prompt{Host: asker(q.Target, q.For), Text: text, Echo: q.Echo})
}

// TrustHost implements ssh.Prompter.
func (d hostPrompts) TrustHost(ctx context.Context, h ssh.UnknownHost) (bool, error) {
	defer d.way.asking(view.StepHostKey)()
	_, err := d.ask(ctx, view.Prompt{Host: asker(h.Target, h.For), HostKey: &view.HostKey{Type: h.KeyType, Fingerprint: h.Fingerprint}})
	if errors.Is(err, errUnanswered) {
		return false, nil
	}
	return err == nil, err
}
