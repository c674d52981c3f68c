package lab

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// Paths of the two logs, as on the real hosts.
const (
	managerLog  = "/var/log/nms/vmanage-server.log"
	ssmMessages = "/var/log/messages"
)

// ssmName is the SSM's name in the DNS and in its certificate.
const ssmName = "ssm-on-prem.example"

// Options say what to play.
type Options struct {
	Scenario string
	// Past, if set: the scenario's first act is already in both logs, this long
	// ago; no packet of it can be captured, and nothing plays by itself.
	Past time.Duration
	// Delay before the first act, after everything is attached; 0 means 1 s.
	Delay         time.Duration
	AuthorizedKey gossh.PublicKey // may log in too; nil: passwords only
	Manner        Manner          // of the Manager's command line
}

// Lab is a running simulation.
type Lab struct {
	s       *scenario
	opts    Options
	ctx     context.Context
	cancel  context.CancelFunc
	wg      sync.WaitGroup
	mgr     *host
	ssm     *host
	card    *card
	wire    *wire
	backend *backend
	start   time.Time

	attached chan struct{} // one for each capture or follower that begins
	fix      chan struct{}
	fixed    sync.Once
	repaired atomic.Bool // the fix was played
	ended    chan struct{}

	mu      sync.Mutex
	creds   credentials
	secrets []string
	random  writer
}

// streams is how many readers the first act waits for: both logs and the
// capture; waitForThem, how long.
const (
	streams     = 3
	waitForThem = 10 * time.Second
)

// Start begins to simulate. Close ends it.
func Start(ctx context.Context, o Options) (*Lab, error) {
	s, err := load(o.Scenario)
	if err != nil {
		return nil, err
	}
	l := &Lab{s: s, opts: o, card: newCard(), start: time.Now(), attached: make(chan struct{}, 64), fix: make(chan struct{}, 1), ended: make(chan struct{})}
	l.ctx, l.cancel = context.WithCancel(ctx)
	l.backend = newBackend(s.Account, l.ssmNow)
	if l.wire, err = newWire(s.SSM.Address, []string{ssmName}, time.Now, slices.Contains(s.Acts, certExpired)); err != nil {
		return nil, err
	}
	if err := l.hosts(); err != nil {
		l.Close()
		return nil, err
	}
	l.newCredentials(len(s.Acts) > 0 && s.Acts[0] != grantNotFound)
	everyday{l}.before()
	l.wg.Add(1)
	go l.play()
	return l, nil
}

func (l *Lab) hosts() error {
	ecdsaKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	mgrKey, err := gossh.NewSignerFromKey(ecdsaKey)
	if err != nil {
		return err
	}
	ssmKey, err := gossh.NewSignerFromKey(edKey)
	if err != nil {
		return err
	}
	l.mgr = &host{
		Host: Host{Name: l.s.Manager.Name, User: "admin", Password: accountPassword()}, lab: l, cli: true, now: l.managerNow,
		banner: "viptela " + l.s.Manager.Release + "\n", files: map[string]*file{managerLog: newFile()},
	}
	l.ssm = &host{
		Host: Host{Name: l.s.SSM.Name, User: "sscadmin", Password: accountPassword()}, lab: l, rootOnly: true, now: l.ssmNow,
		files: map[string]*file{ssmMessages: newFile()},
	}
	l.secrets = append(l.secrets, l.mgr.Password, l.ssm.Password)
	if err := l.mgr.listen(mgrKey, l.opts.AuthorizedKey); err != nil {
		return err
	}
	return l.ssm.listen(ssmKey, l.opts.AuthorizedKey)
}

// newCredentials are what the Manager signs in with from now on. granted: the
// SSM knows them as a resource owner grant.
func (l *Lab) newCredentials(granted bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	password := l.creds.password
	if password == "" {
		password = accountPassword()
	}
	l.creds = newCredentials(l.s.User, password)
	l.secrets = append(l.secrets, l.creds.secrets()...)
	if granted {
		l.backend.create(l.creds)
	}
}

func (l *Lab) managerNow() time.Time {
	return time.Now().In(time.FixedZone(l.s.Manager.Zone, int(l.s.Manager.Offset.Seconds())))
}

func (l *Lab) ssmNow() time.Time { return time.Now().Add(l.s.SSM.Skew).UTC() }

// Manager is the simulated Manager.
func (l *Lab) Manager() Host { return l.mgr.Host }

// SSM is the simulated SSM On-Prem.
func (l *Lab) SSM() Host { return l.ssm.Host }

// Peer is the address that the Manager calls, as a person would give it.
func (l *Lab) Peer() string { return l.s.SSM.Address }

// KnownHostsLine is the host's line for a known_hosts file.
func (h Host) KnownHostsLine() string {
	return knownhosts.Line([]string{knownhosts.Normalize(h.Addr)}, h.Key)
}

// Secrets are all secret values used so far, raw and percent-encoded.
func (l *Lab) Secrets() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.secrets)
}

// HasFix reports whether the scenario has a second act.
func (l *Lab) HasFix() bool { return len(l.s.Fix) > 0 }

// Fix plays the second act: the grant is created, the Manager gets its values,
// and the next attempt begins a moment later.
func (l *Lab) Fix() error {
	l.fixed.Do(func() { l.fix <- struct{}{} })
	return nil
}

// AppendSSM and AppendManager write a line to a log at once.
func (l *Lab) AppendSSM(line string) { l.ssm.files[ssmMessages].append(line) }

// AppendManager writes a line to the Manager's log at once.
func (l *Lab) AppendManager(line string) { l.mgr.files[managerLog].append(line) }

// RotateSSM renames the SSM's log to messages-DATE, as logrotate does there;
// nothing follows the new one's beginning before a run is attached.
func (l *Lab) RotateSSM(date string) {
	name := ssmMessages + "-" + date
	l.ssm.files[name], l.ssm.files[ssmMessages] = l.ssm.files[ssmMessages], newFile()
	l.ssm.rotated = append([]string{name}, l.ssm.rotated...)
}

// Ended is closed when all acts that play by themselves were played.
func (l *Lab) Ended() <-chan struct{} { return l.ended }

// attach notes that a capture or a follower has begun.
func (l *Lab) attach() {
	select {
	case l.attached <- struct{}{}:
	default:
	}
}

// Close ends the simulation and waits for it.
func (l *Lab) Close() error {
	l.cancel()
	for _, h := range []*host{l.mgr, l.ssm} {
		if h != nil && h.listener != nil {
			h.close()
		}
	}
	l.wg.Wait()
	return nil
}

// addr is an address of the scenario, which were checked when it was read.
func addr(s string, port uint16) netip.AddrPort {
	return netip.AddrPortFrom(netip.MustParseAddr(s), port)
}
