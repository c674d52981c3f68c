package session_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"syncscope/capture/redact"
	"syncscope/checks/session"
	"syncscope/checks/session/offline"
	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/lab"
)

// The closed list once more, written down independently of package command:
// whatever a host receives must be one of these, to the last byte.
const (
	nameRE    = `[A-Za-z0-9_][A-Za-z0-9._-]{0,252}`
	addrRE    = `[0-9a-fA-F.:]{2,45}`
	hostRE    = `(?:` + nameRE + `|` + addrRE + `)`
	endRE     = `(?:` + nameRE + `|[0-9.]{7,15}|\[[0-9a-f.:]{2,45}\]):[0-9]{1,5}`
	ifaceRE   = `[A-Za-z0-9_./][A-Za-z0-9._/-]{0,31}`
	logRE     = `'/var/log/[A-Za-z0-9./_-]+'`
	filterRE  = `\(?\(?host ` + addrRE + `(?: or host ` + addrRE + `\))? and not port 22(?: and not \(host ` + addrRE + ` and port [0-9]{1,5}\))*\) or port 53 or icmp6?(?: or icmp6)?`
	captureRE = `tcpdump vpn [0-9]{1,5} interface ` + ifaceRE + ` options "-l -nn -vv -c [1-9][0-9]{3,5} ` + filterRE + `"`
	fullRE    = `(?s:timeout -k 5 600 bash --norc -p -c '.{100,900}' syncscope-wd-[0-9a-f]{16} )tcpdump -U --immediate-mode -p -i '` + ifaceRE + `' -s 0 -c 20000 -w - -- '` + filterRE + `'`
	cliRE     = `paginate false|screen-width 512|idle-timeout 3600|show version|show system status|show interface description|show log vmanage-server\.log|vshell|exit|request nms all status|nslookup vpn [0-9]{1,5} ` + nameRE + `|` + captureRE
	placeRE   = `[0-9]+ [0-9a-f]{64} [0-9]{1,3}`
	followRE  = `timeout --foreground -k 5 14400 bash --norc -p -c '(?:[^']|'\\'')+' syncscope-follow ` + logRE + ` [0-9a-f]{16} [0-9.]+ [0-9]+ ` + placeRE
	journalRE = `journalctl -q --no-pager -o json -n (?:1 _UID=0|[0-9]{1,5})|timeout --foreground -k 5 14400 bash --norc -p -c '(?:[^']|'\\'')+' syncscope-follow [0-9a-f]{16} [0-9]+ '[A-Za-z0-9=;_-]*'`
	shellRE   = journalRE + `|test -r ` + logRE + `|stat -L -c '%s %i' -- ` + logRE + `|tail -c \+[0-9]+ -- ` + logRE + ` \| head -c [0-9]+|` + followRE +
		`|ls -1t -- ` + logRE + `\.\[0-9\]\* ` + logRE + `-\[0-9\]\* \| head -n 24|timeout 9 zcat -- ` + logRE + ` \| tail -c [0-9]+` +
		`|ping -c 3 -w 5 ` + addrRE + ` 2>&1; true|ip route get ` + addrRE + ` 2>&1; true` +
		`|curl -sS -v -k --max-time 10 -o /dev/null https://` + endRE + `/backend/sessions/get_user 2>&1; true` +
		`|timeout 10 openssl s_client -connect ` + endRE + `(?: -servername ` + nameRE + `)? -showcerts </dev/null 2>&1; true` +
		`|LC_ALL=C date -u|df -P 2>&1; true|docker ps -a --format '\{\{.Names\}\} \{\{.Status\}\}' 2>&1; true` +
		`|ip -br addr 2>&1; true|ss -ltn 2>&1; true|chronyc -n tracking 2>&1; true` +
		`|timeout 8 getent ahosts ` + nameRE + ` 2>&1; printf 'status %d\\n' \$\?|timeout 8 bash --norc -p -c 'exec 3<>/dev/tcp/` + nameRE + `/[0-9]{1,5}' 2>&1; printf 'status %d\\n' \$\?` +
		`|timeout -k 1 9 sh -c '(?:[^']|'\\'')+' syncscope-lines ` + logRE + ` (?:4194304 'oauth/token' 200|16777216 'synchroni\[sz\]' 50)` +
		`|timeout -k 1 9 sh -c '(?:[^']|'\\'')+' syncscope-search ` + logRE + ` [0-9]+ 6 4 400 49152 '[^']+'(?: [0-9]{1,2} [0-9]{1,2} [0-9]{1,3} [0-9]{1,6} '[^']+'){4}` +
		`|pgrep -af '\[s\]yncscope-\(wd-\|follow\)'; printf 'status %d\\n' \$\?` +
		`|stat -c %U /proc/[0-9]+; cat /proc/sys/kernel/random/boot_id /proc/[0-9]+/stat; true|kill -s TERM -- -[0-9]+`
	sudoRE   = `sudo -S -p 'syncscope-sudo-password:' -- (?:` + shellRE + `|` + fullRE + `)`
	framedRE = `printf '\\036%s\\n' B[0-9a-f]{16}; (?:sudo -n -- )?(?:` + shellRE + `|sudo -S -v -p 'syncscope-sudo-password:'); printf '\\036%s %d\\n' E[0-9a-f]{16} \$\?`
	execRE   = `printf '\\036%s\\n' B[0-9a-f]{16}; (?:` + shellRE + `|` + sudoRE + `)` // on a channel of its own, behind its mark
	quietRE  = `stty -echo -onlcr 2>/dev/null; PS1=; PS2=; printf '\\036%s\\n' B[0-9a-f]{16}`
)

// shapes are what a line may be; one of a host's own password, which sudo asked
// for, is in the list beside them.
var shapes = regexp.MustCompile(`^(?:` + strings.Join([]string{cliRE, `shell`, shellRE, fullRE, sudoRE, framedRE, execRE, quietRE, `R ` + placeRE, ``}, "|") + `)$`)

// closed tells the first line of what a channel received that is not of the
// list. Keys stand between lines.
func closed(got string, passwords ...string) string {
	if m := regexp.MustCompile(`(?s)bash --norc -p -c '.*?' syncscope-wd-`).FindString(got); m != "" {
		if !shapes.MatchString(strings.TrimSuffix(strings.SplitAfter(got, "\n\n")[0], "\n")) {
			return got
		}
		return ""
	}
	for line := range strings.Lines(got) {
		line = strings.TrimLeft(strings.TrimSuffix(line, "\n"), "\x03 ")
		line = strings.TrimRight(line, "\x03")
		ours := false
		for _, p := range passwords {
			ours = ours || p == line
		}
		if !ours && !shapes.MatchString(line) {
			return line
		}
	}
	return ""
}

// odd makes strings that people, config files and hostile hosts may give.
type odd struct{ *rand.Rand }

var pieces = []string{"eth0", "ge0/1", "ssm.example", "10.0.0.1", "fd00::1", "::ffff:1.2.3.4%eth0", "512", "-", "--", ";reboot", "$(id)", "`id`", "|sh", "&&", "\n", "\r", "\x03", "\x1b[2J", "\x00", " ", "'", "\"", "\\", "../", "/var/log/", "?", "\t", "!", "#", "..", "@", ":8443", "ü", "\u202e", "%n", "{{.}}", "*", "~", "or host 1.1.1.1)", "-w /tmp/x", "configure terminal", "request nms all restart"}

func (o odd) text() string {
	var b strings.Builder
	for range o.IntN(4) {
		if o.IntN(4) == 0 {
			b.WriteByte(byte(o.Uint32()))
			continue
		}
		b.WriteString(pieces[o.IntN(len(pieces))])
	}
	return b.String()
}

func (o odd) addr() netip.Addr {
	if a, err := netip.ParseAddr(o.text()); err == nil && o.IntN(2) == 0 {
		return a
	}
	var b [16]byte
	for i := range b {
		b[i] = byte(o.Uint32())
	}
	switch o.IntN(4) {
	case 0:
		return netip.Addr{}
	case 1:
		return netip.AddrFrom16(b).WithZone(o.text())
	default:
		return netip.AddrFrom4([4]byte(b[:4]))
	}
}

// wires makes every command that the odd values give, as it would be sent.
func (o odd) wires() []command.Wire {
	var out []command.Wire
	add := func(c command.Command, err error) {
		switch {
		case err != nil:
		case c.ID() == "capture" || c.ID() == "nslookup":
			out = append(out, c.Typed())
		case c.Guarded():
			out = append(out, c.Exec(command.NewNonce()), c.WithSudo().Exec(command.NewNonce()))
		default:
			out = append(out, c.Exec(command.NewNonce()), c.Framed(command.NewNonce()), c.WithSudo().Exec(command.NewNonce()), c.WithSudo().Framed(command.NewNonce()))
		}
	}
	ifc, _ := command.ParseInterface(o.text()) // a refused one makes no command
	mark, _ := command.ParseMark(o.text())
	if o.IntN(2) == 0 {
		mark = command.NewMark()
	}
	spec := command.CaptureSpec{VPN: o.IntN(140000) - 70000, Interface: ifc, Peer: o.addr(), Proxy: o.addr(), Own: []netip.AddrPort{netip.AddrPortFrom(o.addr(), uint16(o.Uint32()))}}
	add(command.Capture(spec))
	add(command.FullCapture(spec, mark))
	if n, err := command.ParseName(o.text()); err == nil {
		add(command.Nslookup(o.IntN(600), n), nil)
		add(command.API(command.AtName(n, uint16(o.Uint32()))), nil)
		add(command.Certificates(command.AtName(n, uint16(o.Uint32()))), nil)
	}
	if a := o.addr(); a.IsValid() {
		add(command.Ping(a), nil)
		add(command.Route(a), nil)
		add(command.Certificates(command.AtAddr(a, uint16(o.Uint32()))), nil)
	}
	if p, err := command.ParsePID(int(o.Int32())); err == nil {
		add(command.Process(p), nil)
		add(command.EndLeftover(p), nil)
	}
	if c, err := command.ParseCursor(o.text()); err == nil {
		add(command.JournalFollower(command.NewNonce(), command.Pace{Silence: time.Minute}, c), nil)
	}
	add(command.JournalRange(o.IntN(1<<20)-1000), nil)
	if n, err := command.ParseName(o.text()); err == nil {
		add(command.Resolve(n), nil)
		add(command.Connect(n, uint16(o.Uint32())), nil)
	}
	if p, err := command.ParseLogPath(o.text()); err == nil {
		add(command.LogSearch(p, o.Int64N(1<<40)), nil)
		add(command.SignIns(p), nil)
		add(command.Synchronisations(p), nil)
		add(command.LogRange(p, o.Int64N(1<<40), o.Int64N(1<<30)), nil)
		add(command.Follower(p, command.NewNonce(), command.Pace{Tick: time.Second, Silence: time.Minute}, command.Place{Offset: o.Int64N(1 << 40), Tail: []byte(o.text())}), nil)
	}
	return out
}

func scaled(short, full int) int {
	if os.Getenv("SYNCSCOPE_LONG") != "" {
		return full
	}
	return short
}

// Whatever names, interfaces and numbers are given, no command outside the
// list comes of them.
func TestOddValuesMakeNoOtherCommand(t *testing.T) {
	o := odd{rand.New(rand.NewPCG(7, uint64(time.Now().UnixNano())))}
	made := 0
	for range scaled(20_000, 900_000) {
		for _, w := range o.wires() {
			made++
			// As an exec line, or as typed: the last newline ends it.
			if line := strings.TrimSuffix(w.String(), "\n"); !shapes.MatchString(line) {
				t.Fatalf("%s: %q", w.ID(), w)
			}
		}
	}
	if made < 10_000 {
		t.Errorf("only %d commands were made: the test shows little", made)
	}
	t.Logf("%d commands", made)
}

// Whatever is asked of a run, and whatever the config says, the hosts receive
// nothing outside the list.
func TestOddEventsSendNothingElse(t *testing.T) {
	sessions, events := scaled(4, 20), scaled(5_000, 50_000)
	listens(t, sessions, func(o odd, live *session.Live) { press(t, o, live, events) })
	t.Logf("%d events", sessions*events)
}

// listens does things to runs of odd hosts by an odd config, and checks each
// byte that the hosts received.
func listens(t *testing.T, sessions int, do func(odd, *session.Live)) {
	t.Helper()
	o := odd{rand.New(rand.NewPCG(11, uint64(time.Now().UnixNano())))}
	lines := 0
	for range sessions {
		var mu sync.Mutex
		var channels []*strings.Builder
		heard := func() func([]byte) {
			mu.Lock()
			defer mu.Unlock()
			b := &strings.Builder{}
			channels = append(channels, b)
			return func(got []byte) {
				mu.Lock()
				defer mu.Unlock()
				b.Write(got)
			}
		}
		l, live := connect(t, lab.Options{Scenario: "grant-not-found", Delay: time.Millisecond, Manner: lab.Manner{
			Heard: heard, Pages: o.IntN(2) * 5, NoVShell: o.IntN(6) == 0, NoCapture: o.IntN(6) == 0, Odd: []string{"", "", o.text()}[o.IntN(3)],
		}}, func(c *session.Config) {
			c.Interface, c.VPN, c.VPNGiven = []string{"", o.text()}[o.IntN(2)], o.IntN(600), o.IntN(2) == 0
			c.PeerName = []string{c.PeerName, o.text()}[o.IntN(2)]
			c.FullCapture = o.IntN(2) == 0
		})
		live.Start(t.Context())
		do(o, live)
		live.Close()
		l.Close()
		mu.Lock()
		for _, c := range channels {
			lines += strings.Count(c.String(), "\n")
			if bad := closed(c.String(), l.Manager().Password, l.SSM().Password); bad != "" {
				t.Errorf("a host received %q", bad)
			}
		}
		mu.Unlock()
	}
	if lines < 10*sessions {
		t.Errorf("only %d lines were sent: the test shows little", lines)
	}
	t.Logf("%d lines sent", lines)
}

// press does random things to a run, and takes its updates meanwhile.
func press(t *testing.T, o odd, live *session.Live, events int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for {
			select {
			case _, ok := <-live.Updates():
				if !ok {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	for i := range events {
		switch o.IntN(6) { // that there is nothing to answer or to do again is an answer
		case 0:
			_ = live.RunChecks()
		case 1:
			_ = live.Retry()
		case 2:
			_ = live.Fix()
		case 3:
			_ = live.Answer(o.IntN(5), []byte(o.text()), o.IntN(2) == 0)
		case 4:
			_, _ = ssh.ParseTarget(o.text() + "@" + o.text())
		case 5:
			_ = session.Plan(&strings.Builder{}, session.Config{Options: offline.Options{Gate: redact.New()}, PeerName: o.text(), Now: time.Now}, o.IntN(2) == 0)
		}
		if i%(events/10) == 0 {
			time.Sleep(300 * time.Millisecond)
		}
	}
}

// The shapes of this test refuse what is not of the list.
func TestShapesAreNarrow(t *testing.T) {
	for _, line := range []string{
		"configure terminal", "request nms all restart", "show version; reboot", "exit now", "tcpdump vpn 0 interface eth0 options \"-w x\"", "nslookup vpn 0 a b", "test -r '/etc/shadow'",
		"rm -rf /", "sudo -S -p 'syncscope-sudo-password:' -- reboot", "ping -c 3 -w 5 1.1.1.1; id 2>&1; true", fmt.Sprintf("printf '\\036%%s\\n' B%016x; id; printf '\\036%%s %%d\\n' E%016x $?", 1, 1),
	} {
		if closed(line+"\n") == "" {
			t.Errorf("%q is let through", line)
		}
	}
}
