package login

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"syncscope/capture/redact"
	"syncscope/ssh"
)

// noAddr is the address of what lies behind another host.
var noAddr = &net.TCPAddr{IP: net.IPv4zero}

// route is how a host is reached and who logs in there, after ssh_config was
// read.
type route struct {
	target       ssh.Target // as a person knows it
	host         string     // where it is
	port         int
	alias        string // what known_hosts calls it; "" means host and port
	known        []string
	write        string
	hash         bool     // host names are hashed there
	identities   []string // key files, in order
	certificates []string
	only         bool // keys that are no identity's are not offered
	agent        string
	via          []ssh.Target
	proxy        string // a ProxyCommand
	control      string // the socket of a ControlMaster
	legacy       bool
	jumps        []string // the hosts on the way, once it was gone
}

func (r *route) addr() string { return net.JoinHostPort(r.host, strconv.Itoa(r.port)) }

// keyAddr is what the host's key is looked up by.
func (r *route) keyAddr() string {
	if r.alias != "" {
		return net.JoinHostPort(r.alias, "22")
	}
	return r.addr()
}

// name is what its key is certified for.
func (r *route) name() string {
	if r.alias != "" {
		return r.alias
	}
	return r.host
}

// knownAs is the host as known_hosts names it.
func (r *route) knownAs() string {
	host, port, err := net.SplitHostPort(r.keyAddr())
	if err != nil || port == "22" {
		return host
	}
	return "[" + host + "]:" + port
}

// resolve finds the way to t. via, if set, is the way to go whatever
// ssh_config says.
func (c Config) resolve(ctx context.Context, t ssh.Target, via []ssh.Target) (*route, error) {
	r := &route{target: t, host: t.Host, port: t.Port, known: c.KnownHosts, write: c.WriteKnownHosts, identities: c.Identities, agent: c.AgentSocket, via: via}
	r.legacy = slices.Contains(c.Legacy, t.Host) || slices.Contains(c.Legacy, "*")
	s := c.settings(ctx, t)
	if h := s.one("hostname"); h != "" {
		r.host = strings.ReplaceAll(strings.ReplaceAll(h, "%h", t.Host), "%%", "%")
	}
	if p, err := strconv.ParseUint(s.one("port"), 10, 16); err == nil && t.Port == 22 && p > 0 {
		r.port = int(p)
	}
	if t.User == "" {
		if r.target.User = s.one("user"); r.target.User == "" {
			r.target.User = localUser()
		}
	}
	if r.target.Port == 22 { // as it is printed and audited
		r.target.Port = r.port
	}
	r.alias = s.one("hostkeyalias")
	r.only = s.one("identitiesonly") == "yes"
	r.keys(s)
	r.identities = append(slices.Clip(c.Explicit), r.identities...)
	r.hosts(s)
	r.legacy = r.legacy || s.insecure()
	if err := r.way(s); err != nil {
		return nil, err
	}
	if bad := strings.IndexFunc(r.host, func(c rune) bool { return c <= ' ' || strings.ContainsRune("'\"`$;|&<>\\", c) }); r.host == "" || r.host[0] == '-' || bad >= 0 {
		return nil, &ssh.DialError{Target: t, What: redact.Literal("ssh_config gives it a host name that is none"), Hint: "see HostName there"}
	}
	return r, nil
}

// localUser logs in where nobody else is named.
func localUser() string {
	u, err := user.Current()
	if err != nil {
		return "root"
	}
	return u.Username[strings.LastIndexByte(u.Username, '\\')+1:] // DOMAIN\name
}

// keys takes what ssh_config says about keys: what it names is instead of the
// usual files.
func (r *route) keys(s settings) {
	expand := func(v string) string { return expandPath(v, r) }
	named := s.all("identityfile")
	if len(named) > 0 {
		r.identities = nil
	}
	for _, v := range named {
		if v != "none" {
			r.identities = append(r.identities, expand(v))
		}
	}
	for _, v := range s.all("certificatefile") {
		if v != "none" {
			r.certificates = append(r.certificates, expand(v))
		}
	}
	switch a := s.one("identityagent"); a {
	case "", "SSH_AUTH_SOCK":
	case "none":
		r.agent = ""
	default:
		r.agent = expand(a)
	}
}

// hosts takes the known_hosts files of ssh_config.
func (r *route) hosts(s settings) {
	files := func(key string) (out []string) {
		for _, v := range s.all(key) {
			for _, f := range strings.Fields(v) {
				out = append(out, expandPath(f, r))
			}
		}
		return out
	}
	own, global := files("userknownhostsfile"), files("globalknownhostsfile")
	if len(own) > 0 {
		r.known, r.write = nil, ""
		for _, f := range own {
			if f == "none" || f == "/dev/null" {
				continue
			}
			if r.known = append(r.known, f); r.write == "" {
				r.write = f
			}
		}
		if len(global) == 0 {
			global = globalKnownHosts
		}
	}
	r.known = append(slices.Clip(r.known), global...)
	r.hash = s.one("hashknownhosts") == "yes"
}

// way takes ssh_config's jumps, command or socket. Those of the command line win.
func (r *route) way(s settings) error {
	if path := s.one("controlpath"); path != "" && path != "none" {
		r.control = expandPath(path, r)
	}
	if r.via != nil {
		return nil
	}
	if jumps := s.one("proxyjump"); jumps != "" && jumps != "none" {
		via, err := ParseJumps(jumps)
		if err != nil {
			return fmt.Errorf("ssh_config, ProxyJump of %s: %w", r.target.Host, err)
		}
		// A host is not on the way to itself, as where "Host *" names a jump host.
		if last := via[len(via)-1]; last.Host != r.target.Host && last.Host != r.host {
			r.via = via
			return nil
		}
	}
	command := s.one("proxycommand")
	if command == "" || command == "none" {
		return nil
	}
	for _, v := range []string{r.host, r.target.User, r.target.Host} {
		if strings.ContainsFunc(v, func(c rune) bool {
			return !strings.ContainsRune("_.:%@+-", c) && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
		}) {
			return &ssh.DialError{Target: r.target, What: redact.Literal("its name cannot be given to a ProxyCommand"), Hint: "use letters, digits and . - _ : only"}
		}
	}
	r.proxy = expandTokens(command, r)
	return nil
}

// expandTokens fills in what ssh_config(5) calls TOKENS.
func expandTokens(s string, r *route) string {
	return strings.NewReplacer("%%", "%", "%h", r.host, "%p", strconv.Itoa(r.port), "%r", r.target.User, "%n", r.target.Host,
		"%k", r.knownAs(), "%u", localUser(), "%d", homeDir()).Replace(s)
}

func expandPath(s string, r *route) string {
	s = expandTokens(s, r)
	if rest, ok := strings.CutPrefix(s, "~/"); ok {
		s = filepath.Join(homeDir(), rest)
	}
	if runtime.GOOS == "windows" {
		s = strings.ReplaceAll(s, "__PROGRAMDATA__", `C:\ProgramData`)
	}
	return s
}

// ParseTarget reads a target that may leave its user out: then it is user, or
// the one that ssh_config has for the host.
func (c Config) ParseTarget(s, user string) (ssh.Target, error) {
	t, err := ParseHop(s, ssh.WriteLogin)
	if err != nil {
		return ssh.Target{}, err
	}
	if t.User == "" && ssh.UserLength(user) < len(user) {
		return ssh.Target{}, &ssh.TargetError{What: ssh.WithPassword, Hint: ssh.WriteLogin}
	}
	if t.User == "" {
		t.User = cmp.Or(user, c.settings(context.Background(), t).one("user"))
	}
	if t.User == "" {
		return ssh.Target{}, &ssh.TargetError{What: ssh.NoUser, Hint: ssh.WriteLogin}
	}
	return t, nil
}

// ParseJumps reads hosts on the way as ssh -J does: [USER@]HOST[:PORT],...
func ParseJumps(s string) ([]ssh.Target, error) {
	var out []ssh.Target
	for hop := range strings.SplitSeq(s, ",") {
		t, err := ParseHop(strings.TrimSpace(hop), ssh.WriteJump)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// ParseHop reads a target that may leave its user out; hint says how it is
// written.
func ParseHop(s, hint string) (ssh.Target, error) {
	t, wrong := ssh.ReadTarget(s)
	if wrong != "" {
		return ssh.Target{}, &ssh.TargetError{What: wrong, Hint: hint}
	}
	if t.Port == 0 {
		t.Port = 22
	}
	return t, nil
}
