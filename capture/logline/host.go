package logline

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"syncscope/capture/redact"
)

// saying is what a program says is wrong, in its own words.
type saying struct {
	topic    Topic
	severity Severity
	own      []byte
	value    redact.Text // of TopicFront: why nobody is let in
}

// Why the SSM's host lets nobody in.
var (
	frontStart  = redact.Literal("start")  // what serves clients did not start
	frontLoad   = redact.Literal("load")   // it has used up its connections or files
	frontFilter = redact.Literal("filter") // the packet filter has lost rules, or has no room
)

// beside is the value of a TopicHealth that is about a program which is no part of
// the SSM: the host is short of something, and the SSM may not be.
var beside = redact.Literal("beside")

// kernelSays reads the kernel's lines: memory that ran out, packets that its
// filter drops or has no room to track, and what SELinux forbids.
func kernelSays(msg []byte) saying {
	low := bytes.ToLower(msg)
	switch {
	case hasAny(low, "out of memory", "oom-kill"):
		return saying{TopicHealth, Critical, msg, ofPart(killed(low))}
	case hasAny(low, "conntrack: table full, dropping packet"):
		return saying{TopicFront, Critical, msg, frontFilter}
	case filtered(msg):
		return saying{TopicFront, Warn, msg, redact.Text{}}
	}
	return selinuxSays(msg)
}

// filtered reports whether the packet filter logs that it lets a client's packet
// to the SSM's web server not in: "FINAL_REJECT: IN=eth0 OUT= SRC=… DST=…
// PROTO=TCP SPT=… DPT=8443 …". The words in front are who wrote the filter's
// rule; a packet that passed is logged in the same form.
func filtered(msg []byte) bool {
	label, rest, ok := bytes.Cut(msg, []byte("IN="))
	if !ok || !bytes.Equal(pair(rest, "PROTO="), []byte("TCP")) || len(pair(rest, "SRC=")) == 0 {
		return false
	}
	if port := string(pair(rest, "DPT=")); port != "8443" && port != "443" {
		return false
	}
	return hasAny(bytes.ToLower(label), "drop", "reject", "block", "deny", "denied", "discard")
}

// selinuxSays reads a denial that keeps nginx from its port.
func selinuxSays(msg []byte) saying {
	low := bytes.ToLower(msg)
	if hasAny(low, "denied", "is preventing") && hasAny(low, "name_bind") && hasAny(low, "nginx", "httpd_t") {
		return saying{TopicFront, Error, msg, frontStart}
	}
	return saying{}
}

// containers are the programs that start the SSM's containers.
var containers = []string{"dockerd", "docker", "dockerd-current", "containerd", "docker-containerd", "docker-compose", "podman", "conmon", "runc"}

// notStarted are words with which they say that a container did not start.
var notStarted = []string{
	"driver failed programming external connectivity", "oci runtime create failed", "oci runtime error", "failed to create shim", "failed to create task", "failed to create endpoint", "runc create failed",
	"error starting userland proxy", "port is already allocated", "address already in use", "cannot start container", "container start failed", "/start returned error", "/restart returned error",
	"failed to start container", "failed to start containerd", "failed to start daemon", "error initializing network controller",
}

// hostSays reads the lines of what starts the SSM's web server and of what
// guards the host's ports.
func hostSays(name, msg []byte) saying {
	low := bytes.ToLower(msg)
	switch who := string(bytes.ToLower(name)); {
	case slices.Contains(containers, who):
		if hasAny(low, notStarted...) && !otherPort(low) {
			return saying{TopicFront, Error, logfmt(msg), frontStart}
		}
		return shortOf(name, logfmt(msg))
	case who == "systemd":
		if bytes.HasPrefix(low, []byte("failed to start ")) && hasAny(low, engines...) {
			return saying{TopicFront, Error, msg, frontStart}
		}
	case who == "firewalld", who == "iptables", who == "nftables", who == "nft":
		if hasAny(low, "command_failed", "no chain/target/match") {
			return saying{TopicFront, Warn, msg, frontFilter}
		}
	case who == "audit", who == "setroubleshoot", who == "auditd":
		return selinuxSays(msg)
	}
	return saying{}
}

// engines are what systemd calls the SSM's web server and what runs its containers: a unit
// beside them may have their names in its own.
var engines = []string{"nginx http", "nginx - high", "nginx.service", "docker application container engine", "docker.service", "containerd container runtime", "containerd.service", "podman.service", "podman api"}

// boundTo are the ports that a line says could not be had: "0.0.0.0:8443", "8443-8443",
// "[::]:8443".
var boundTo = regexp.MustCompile(`(?:bind\(\) to |bind for |port )(?:[\d.*]+:|\[[0-9a-f:]*\]:)?(\d{1,5})\b`)

// otherPort reports whether what could not be had is another port than the SSM's web
// server's.
func otherPort(low []byte) bool {
	m := boundTo.FindSubmatch(low)
	return m != nil && !slices.Contains([]string{"8443", "443", "80", "8080"}, string(m[1]))
}

// logfmt is the text of `time="…" level=error msg="text"`: what stands before it
// differs with each line. What has no such form is its own text.
func logfmt(msg []byte) []byte {
	if _, text, ok := bytes.Cut(msg, []byte(` msg="`)); ok && bytes.HasPrefix(msg, []byte("time=")) {
		return text
	}
	return msg
}

// shortOf reads what any program says of a host that has no room left, in words of
// its own: what stands in quotes may be somebody's whom it answers.
func shortOf(name, msg []byte) saying {
	if hasAny(bytes.ToLower(unquoted(msg)), "no space left on device", "cannot allocate memory") {
		return saying{TopicHealth, Error, msg, ofPart(string(bytes.ToLower(name)))}
	}
	return saying{}
}

// parts are the programs that the SSM's containers run, as the kernel and syslog name them:
// what watches one has its name in front of its own.
var parts = regexp.MustCompile(`^(?:nginx|ruby[\d.]*|puma|sidekiq|bundle|rails|redis(?:-server|-sentinel)?|postgres|postmaster|java|nodejs|node)(?:[ :].*)?$`)

// ofPart is empty for a program that is a part of the SSM, or starts its containers,
// or for a container, whose name is its ID; and for none, since nothing speaks against it.
func ofPart(program string) redact.Text {
	isHex := func(r rune) bool { return r >= '0' && r <= '9' || r >= 'a' && r <= 'f' }
	switch {
	case program == "", len(program) >= 12 && strings.IndexFunc(program, func(r rune) bool { return !isHex(r) }) < 0,
		slices.Contains(containers, program), parts.MatchString(program):
		return redact.Text{}
	}
	return beside
}

// killed is the program that the kernel's line names. "": it names none, or a
// container's bound was reached, and on this host containers are the SSM's.
func killed(low []byte) string {
	if hasAny(low, "memory cgroup", "constraint_memcg", "/docker/") {
		return ""
	}
	for _, mark := range [][2]string{{"task=", ","}, {"(", ")"}, {"", " invoked oom-killer"}} {
		if _, rest, ok := bytes.Cut(low, []byte(mark[0])); ok {
			if name, _, ok := bytes.Cut(rest, []byte(mark[1])); ok && len(name) > 0 {
				return string(name)
			}
		}
	}
	return ""
}

// unquoted is a message without what stands in it in quotes. A single one opens only
// where no word stands in front of it: "can't".
func unquoted(msg []byte) []byte {
	if !bytes.ContainsAny(msg, `"'`) {
		return msg
	}
	out := make([]byte, 0, len(msg))
	var in byte // the quote that is open
	for i, c := range msg {
		switch {
		case in == 0 && (c == '"' || c == '\'' && (i == 0 || bytes.IndexByte([]byte(" (["), msg[i-1]) >= 0)):
			in = c
		case c == in:
			in = 0
		case in == 0:
			out = append(out, c)
		}
	}
	return out
}

// quotesOthers reports whether a program's lines hold what people typed: a name
// that signed in, a command that was run.
func quotesOthers(name []byte) bool {
	return slices.Contains([]string{"sudo", "su", "sshd", "login", "crond", "cron", "audit", "auditd", "bash", "logger", "polkitd", "systemd-logind"}, string(bytes.ToLower(name)))
}

func hasAny(low []byte, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(low, []byte(w)) })
}
