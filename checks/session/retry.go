package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"syncscope/capture/event"
	"syncscope/checks/view"
)

// wait blocks until Retry; it is false where nobody can ask for that, or the
// run ends.
func (l *Live) wait(ctx context.Context) bool {
	if !l.patient {
		return false
	}
	l.mu.Lock()
	again := l.again
	l.mu.Unlock()
	select {
	case <-again:
		return true
	case <-ctx.Done():
		return false
	}
}

// Retry tries again what failed. It is an error if nothing did.
func (l *Live) Retry() error {
	failed := false
	for _, h := range l.all() {
		st := h.progress.state()
		failed = failed || st.Failed() != nil
	}
	if !failed {
		return errors.New("nothing failed that could be tried again")
	}
	l.mu.Lock()
	close(l.again)
	l.again = make(chan struct{})
	l.mu.Unlock()
	return nil
}

// Answer answers the question with an ID: value is a password, a passphrase or
// a code, which the run clears once it was used; ok is false if the person does
// not want to answer, or does not trust the key.
func (l *Live) Answer(id int, value []byte, ok bool) error { return l.prompts.reply(id, value, ok) }

// patience is how long nothing may be seen before it is said what may be wrong.
const patience = time.Minute

// startSync is where a sync is started.
const startSync = "Start a sync: Manager › Administration › License Management › Sync Licenses and Refresh Devices."

// waitsFor is what to do, what is waited for and how long that may be.
func waitsFor(peer string) string {
	if peer == "" {
		peer = "the SSM"
	}
	return startSync + " What is waited for is the Manager's next call to " + peer + "; the scheduled one may be up to 24 h away."
}

// advise says what to do while no attempt was seen.
func (l *Live) advise(u *view.Update) {
	if len(u.Attempts) > 0 {
		return
	}
	u.Hint = waitsFor(u.Header.Peer)
	if l.began.IsZero() || u.Now.Sub(l.began) < patience {
		return
	}
	u.Doubts = doubts(u, len(l.cfg.Managers))
}

// doubts are what may be wrong where nothing is seen, likeliest first.
func doubts(u *view.Update, managers int) []string {
	var out []string
	for _, h := range u.Hosts {
		if f := h.Failed(); f != nil {
			out = append(out, h.Name+" is not read: "+f.Detail)
		}
	}
	if managers == 1 {
		out = append(out, "Is it a cluster? The sync leaves from the node that has the request: give --manager once for each node.")
	}
	out = append(out, silent(u)...)
	if u.Header.Peer != "" {
		out = append(out, packets(u)+" captured to and from "+u.Header.Peer+" only ("+u.Header.PeerFrom+"). Another SSM, or a proxy between: give --peer HOST.")
	}
	if u.Header.Interface != "" {
		out = append(out, "Packets are captured in VPN "+u.Header.VPN+" on "+u.Header.Interface+". If the way to the SSM leaves by another: give --vpn and --interface.")
	}
	return append(out, "Is the licence reporting mode of the Manager on-prem? In another mode it does not call the SSM.")
}

// silent names the logs in which nothing was written since we came.
func silent(u *view.Update) []string {
	var out []string
	for _, s := range u.Sources {
		if s.State == event.Following && s.Source.Kind == event.ManagerLog && u.Now.Sub(s.LastByte) > patience {
			out = append(out, s.Source.Name()+" has had no line for over a minute. If Sync was pressed meanwhile, another node has the request, or the disk is full.")
		}
	}
	return out
}

// packets says how many were captured so far.
func packets(u *view.Update) string {
	n, any := 0, false
	for _, s := range u.Sources {
		if s.Source.Kind.HasPackets() {
			n, any = n+s.Packets, true
		}
	}
	switch {
	case !any:
		return "Packets are"
	case n == 0:
		return "No packet came so far; they are"
	}
	return fmt.Sprintf("%d packets came so far, none of a sync; they are", n)
}
