package session

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"syncscope/capture/redact"
	"syncscope/checks/view"
	"syncscope/ssh"
	"syncscope/ssh/login"
	"syncscope/ssh/profile"
)

// Form fills a Request in from the connection form: it checks what was typed,
// offers what may be, tries the hosts, and remembers them.
type Form struct {
	dirs    Dirs
	version string
	memory  *login.Credentials // what a person answered while the hosts were tried

	mu    sync.Mutex
	taken Request // what was typed last, if nothing was wrong with it
	tried []*Live
}

// NewForm makes a form that keeps its things in dirs.
func NewForm(dirs Dirs, version string) *Form {
	return &Form{dirs: dirs, version: version, memory: &login.Credentials{}}
}

// Offer names the profiles, the hosts of the user's ssh_config, and those of
// earlier runs.
func (f *Form) Offer() (out view.Offer) {
	offer := func(field int, names ...string) {
		for _, n := range names {
			if n != "" && !slices.Contains(out.Names[field], n) {
				out.Names[field] = append(out.Names[field], n)
			}
		}
	}
	for _, r := range profile.LoadRecent(f.dirs.State) {
		out.Recent = append(out.Recent, fieldsOf(r))
		offer(view.FormManagers, r.Managers...)
		offer(view.FormSSM, r.SSM)
		offer(view.FormJump, r.Jumps...)
		offer(view.FormPeer, r.Peer)
	}
	if home, err := os.UserHomeDir(); err == nil {
		hosts := profile.HostNames(filepath.Join(home, ".ssh", "config"))
		for _, field := range []int{view.FormManagers, view.FormSSM, view.FormJump} {
			offer(field, hosts...)
		}
	}
	out.Names[view.FormProfile] = profile.Names(f.dirs.Profiles)
	out.Names[view.FormSince] = []string{"2h"}
	return out
}

func fieldsOf(r profile.Recent) (out view.Fields) {
	out[view.FormManagers], out[view.FormSSM], out[view.FormPeer] = strings.Join(r.Managers, ", "), r.SSM, r.Peer
	out[view.FormJump], out[view.FormProfile] = strings.Join(r.Jumps, ","), r.Profile
	return out
}

// Forget takes hosts out of those that are offered.
func (f *Form) Forget(in view.Fields) error {
	return profile.ForgetRecent(f.dirs.State, request(in).Typed.Recent(in[view.FormProfile]))
}

// request is the part of a Request that needs no reading.
func request(in view.Fields) Request {
	for i := range in {
		in[i] = strings.TrimSpace(in[i])
	}
	r := Request{Profile: in[view.FormProfile], Privacy: in[view.FormPrivacy] == view.Yes, Shared: in[view.FormShared] == view.Yes}
	p := &r.Typed
	p.Managers, p.SSM, p.Peer, p.Interface = list(in[view.FormManagers]), in[view.FormSSM], in[view.FormPeer], in[view.FormInterface]
	if jump := in[view.FormJump]; jump != "" {
		p.Jumps = []string{jump}
	}
	return r
}

// Take says in one line what is wrong with each field: by itself first, then
// with all of them together.
func (f *Form) Take(in view.Fields) (wrong view.Fields) {
	r := request(in)
	r.Dirs, r.Version = f.dirs, f.version
	say := func(field int, err error) {
		var typed *ssh.TargetError
		if errors.As(err, &typed) {
			err = typed // the field stands beside it
		}
		if err != nil && wrong[field] == "" {
			wrong[field] = OneLine(err)
		}
	}
	for _, m := range r.Typed.Managers {
		say(view.FormManagers, alone(profile.Profile{Managers: []string{m}}))
	}
	if r.Typed.SSM != "" {
		say(view.FormSSM, alone(profile.Profile{SSM: r.Typed.SSM}))
	}
	_, _, err := ssh.ParsePeer(r.Typed.Peer)
	say(view.FormPeer, err)
	if len(r.Typed.Jumps) > 0 {
		_, err = login.ParseJumps(r.Typed.Jumps[0])
		say(view.FormJump, err)
	}
	r.Typed.VPN, err = vpn(strings.TrimSpace(in[view.FormVPN]))
	say(view.FormVPN, err)
	r.Since, err = since(strings.TrimSpace(in[view.FormSince]))
	say(view.FormSince, err)
	if r.Profile != "" {
		_, err = profile.Load(f.dirs.Profiles, r.Profile)
		say(view.FormProfile, err)
	}
	switch {
	case wrong != (view.Fields{}):
		return wrong
	case len(r.Typed.Managers) == 0 && r.Typed.SSM == "" && r.Profile == "" && len(profile.Environment().Managers) == 0:
		wrong[view.FormManagers] = "no host yet (write a Manager, an SSM, or the name of a profile)"
		return wrong
	}
	_, err = r.Config("live")
	say(view.FormManagers, err)
	f.mu.Lock()
	f.taken = r
	f.mu.Unlock()
	return wrong
}

// FormShown is how many bytes of a field's text may be drawn: those of a login
// end where a password may begin.
func FormShown(field int, text string) int {
	switch field {
	case view.FormManagers, view.FormSSM, view.FormPeer, view.FormJump:
		return ssh.ShownLength(text)
	}
	return len(text)
}

// alone is what is wrong with one host, whatever the others are.
func alone(p profile.Profile) error {
	_, _, err := p.Targets(login.DefaultConfig(), "live")
	return err
}

func vpn(s string) (*int, error) {
	if s == "" {
		return nil, nil
	}
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("%s: no VPN (write its number, like 0 or 512)", s)
	}
	v := int(n)
	return &v, nil
}

func since(s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(s)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%s: no time (write it like 90m, 2h or 36h)", s)
	case d < 0 || d > maxSince:
		return 0, fmt.Errorf("%s: not a time that is read back (write up to %d h)", s, int(maxSince.Hours()))
	}
	return d, nil
}

// list is what commas part.
func list(text string) (out []string) {
	for s := range strings.SplitSeq(text, ",") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (f *Form) request() Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.taken
}

// Run is a run on the hosts that were taken.
func (f *Form) Run() (*Live, error) {
	r := f.request()
	cfg, err := r.Begin("live", true)
	if err != nil {
		return nil, err
	}
	cfg.Credentials = f.memory
	return Open(cfg), nil
}

// Try logs in to the hosts that were taken; see Live.Try.
func (f *Form) Try(ctx context.Context) (*Live, error) {
	r := f.request()
	cfg, err := r.Begin("live", true)
	if err != nil {
		return nil, err
	}
	cfg.Credentials = f.memory
	l := Open(cfg)
	f.mu.Lock()
	f.tried = append(f.tried, l)
	f.mu.Unlock()
	l.Try(ctx)
	return l, nil
}

// Close ends what was tried, and forgets what was answered.
func (f *Form) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range f.tried {
		l.Close()
	}
	f.memory.Forget()
}

// Account is what was sent to the hosts while they were tried.
func (f *Form) Account() (out []redact.Text) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range f.tried {
		out = append(out, l.Account()...)
	}
	return out
}

// Complaint is err in one line, without the password of a login that was typed
// among the arguments of the command line.
func Complaint(err error, args []string) string {
	return OneLine(errors.New(ssh.WithoutLogins(err.Error(), args)), args...)
}

// OneLine keeps an error to one line of safe text: it may quote what was typed.
func OneLine(err error, typed ...string) string { return redact.Own(err.Error(), typed...) }
