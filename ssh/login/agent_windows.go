package login

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/Microsoft/go-winio"
)

// globalKnownHosts are the system's files.
var globalKnownHosts = []string{filepath.Join(os.Getenv("ProgramData"), "ssh", "ssh_known_hosts")}

const (
	pipes        = `\\.\pipe\`
	openSSHAgent = pipes + "openssh-ssh-agent"
)

// agentAddress is where the agent listens: as the environment says, else
// OpenSSH's pipe (1Password serves it too), else that of a Pageant from 0.77
// on, whose name holds a hash, so that it is looked for; "" if there is none.
func agentAddress() string {
	if s := os.Getenv("SSH_AUTH_SOCK"); s != "" {
		return s
	}
	entries, err := os.ReadDir(pipes)
	if err != nil {
		return openSSHAgent
	}
	pageant := ""
	mine := "pageant." + strings.ToLower(localUser()) + "."
	for _, e := range entries {
		switch name := e.Name(); {
		case name == "openssh-ssh-agent":
			return openSSHAgent
		case strings.HasPrefix(strings.ToLower(name), mine):
			pageant = pipes + name
		}
	}
	return pageant
}

func dialAgent(ctx context.Context, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if strings.HasPrefix(strings.ReplaceAll(address, "/", `\`), pipes) {
		return winio.DialPipeContext(ctx, address)
	}
	return (&net.Dialer{}).DialContext(ctx, "unix", address)
}
