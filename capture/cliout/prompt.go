package cliout

import (
	"bytes"
	"strings"

	"syncscope/capture/redact"
)

// prompt reads "um8_vManage# show version", "[admin@mgr ~]$ nslookup x" and "$ ping x".
// A line without a prompt begins an output only where nothing else has.
func (p *Parser) prompt(b []byte) bool {
	if string(b) == "show version" && p.res.Check == CheckUnknown { // its echo alone: what it prints shows no more of itself
		p.res.Check = ShowVersion
		return true
	}
	host, cmd, sure := typed(b)
	marked := len(cmd) < len(b)
	if cmd == nil || !marked && p.res.Check != CheckUnknown {
		return false
	}
	cmd = bytes.TrimSpace(cmd)
	cmd = unwrapped(cmd)
	for _, c := range commands {
		n := len(c.words)
		if len(cmd) < n || cmd[0] != c.words[0] || string(cmd[:n]) != c.words || !sure && !c.plausible(string(cmd[n:]), marked) {
			continue
		}
		rest := cmd[n:]
		if c.check == Curl {
			p.tool = tool(strings.TrimSpace(c.words))
			p.res.Tool = p.tool.text(p.gate)
		}
		p.res.Check, p.res.Host, p.res.PC = c.check, p.gate.Field(redact.Plain, host), sure && len(host) == 0 && windows.Match(b)
		p.names.command(p.gate, c.check, p.tool, string(rest))
		if p.res.Object = p.names.object(); c.check == Nslookup {
			if p.res.Name = p.res.Object.Host; p.res.Name.Empty() {
				p.res.Name = p.gate.Field(redact.Plain, lastWord(rest))
			}
		}
		return true
	}
	return false
}

// wrapped is what people put in front of a command on its line.
var wrapped = newPattern(`^(?:sudo (?:-\S+ )*|time |timeout \S+ |echo [^|]*\| *|</dev/null )+`)

// unwrapped is a command without that.
func unwrapped(cmd []byte) []byte {
	for _, word := range []string{"sudo ", "time ", "timeout ", "echo ", "</dev/null "} {
		if bytes.HasPrefix(cmd, []byte(word)) {
			return cmd[len(wrapped.regexp().Find(cmd)):]
		}
	}
	return cmd
}

// bracketed, zsh and windows are prompts with blanks in them: RHEL's, and what a Mac and
// a PC show.
var (
	bracketed = newPattern(`^\[(?:[\w.-]+@)?([\w.-]+) [^\]\s]{1,64}\][#$] (.*)$`)
	zsh       = newPattern(`^[\w.-]+@([\w.-]+) [^\s]{1,64} [%#$] (.*)$`)
	windows   = newPattern(`^(?:PS )?[A-Za-z]:\\[^>"|]{0,120}> ?(.*)$`)
)

// typed takes a line apart into the host's name in its prompt, if that shows one, and
// the command; nil: there is none. It is not sure where no more than a mark stands in
// front of the command, or nothing: prose and a heading look like it.
func typed(b []byte) (host, cmd []byte, sure bool) {
	if len(b) < 3 {
		return nil, nil, false
	}
	switch {
	case b[0] == '[':
		if m := bracketed.FindSubmatch(b); m != nil {
			return m[1], m[2], true
		}
	case b[1] == ' ' && bytes.IndexByte([]byte("#$%"), b[0]) >= 0:
		return nil, b[2:], false
	case b[1] == ':' || bytes.HasPrefix(b, []byte("PS ")):
		if m := windows.FindSubmatch(b); m != nil {
			return nil, m[1], true
		}
	}
	for _, mark := range []string{"# ", "$ "} {
		if front, rest, ok := bytes.Cut(b, []byte(mark)); ok && hostLike(front) {
			return hostIn(front), rest, true
		}
	}
	if i := bytes.IndexByte(b, '@'); i > 0 && i < maxPrompt {
		if m := zsh.FindSubmatch(b); m != nil {
			return m[1], m[2], true
		}
	}
	return nil, b, false
}

// Prompted reports whether something stands in front of what a line may have as its
// command.
func Prompted(r redact.Raw) bool {
	b := bytes.TrimRight(r.Bytes(), "\r\n ")
	_, cmd, _ := typed(b)
	return len(cmd) < len(b)
}

// maxPrompt is the longest that stands in front of a prompt's mark.
const maxPrompt = 64

// hostLike reports whether b may stand in front of a prompt's mark: a host's name,
// with a user and a folder at most. What somebody put in front of a line is none.
func hostLike(b []byte) bool {
	if len(b) == 0 || len(b) > maxPrompt || bytes.ContainsAny(b, " \t|`\"',>") || bytes.IndexByte([]byte("-*"), b[0]) >= 0 {
		return false
	}
	i := bytes.IndexByte(b, ':')
	return i < 0 || i+1 == len(b) || b[i+1] == '~' || b[i+1] == '/'
}

var (
	unixName  = newPattern(`^\w[\w.-]*$`)
	shellName = newPattern(`^(?:ba|da|k|z)?sh(?:-[\d.]+)?$`)
)

// hostIn is the host's name in a prompt: without the user, the folder, and what a shell
// shows that was told of none.
func hostIn(front []byte) []byte {
	if i := bytes.IndexByte(front, ':'); i >= 0 {
		front = front[:i]
	}
	front = front[bytes.LastIndexByte(front, '@')+1:]
	if !unixName.Match(front) || shellName.Match(front) {
		return nil
	}
	return front
}

// longestBare is how many words may follow a command that names no host, where nothing
// shows that it was typed.
const longestBare = 3

// plausible reports whether words behind a command are such as one types, and no prose:
// a host and its options where the command is about one. Where no mark stands in front,
// no other command is told from prose.
func (c *command) plausible(args string, marked bool) bool {
	whole := args == "" || args[0] == ' ' || strings.ContainsAny(c.words[len(c.words)-1:], " -")
	args = redirections.regexp().ReplaceAllString(" "+args, "")
	words, bare := strings.Fields(args), 0
	for i, w := range words {
		switch {
		case strings.ContainsAny(w[len(w)-1:], ".,;:!?)"):
			return false
		case strings.Contains("-+@/", w[:1]), strings.Contains(w, "://"), strings.ToUpper(w) == w, i > 0 && strings.HasPrefix(words[i-1], "-"):
		default:
			if bare++; bare > 1 && !strings.ContainsAny(w, ".:") {
				return false
			}
		}
	}
	switch c.check {
	case Curl, OpenSSL, Nslookup, Ping, Traceroute:
		var o objects
		o.command(noGate(), c.check, tool(strings.TrimSpace(c.words)), args)
		return o.asked.Named()
	}
	return marked && whole && len(words) <= longestBare
}
