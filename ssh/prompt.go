package ssh

import (
	"context"

	"syncscope/capture/redact"
)

// Prompter asks a person. A call may take as long as the person does.
type Prompter interface {
	// Secret asks for a password, a passphrase or a code. An error ends the login.
	Secret(ctx context.Context, q Question) ([]byte, error)
	// TrustHost asks whether an unknown host's key is the right one.
	TrustHost(ctx context.Context, h UnknownHost) (bool, error)
}

// Question is what a host or a key file asks for.
type Question struct {
	Target Target
	Text   redact.Text // in the host's words
	Echo   bool        // the answer may be seen while it is typed
	For    Target      // where Target lies on the way to; zero if it is asked for itself
	Method string      // "password", "keyboard-interactive", "publickey", "sudo"
	Try    int         // 1, or more where an answer was refused
}

// UnknownHost is a host that no known_hosts file has.
type UnknownHost struct {
	Target      Target
	KeyType     string // "ssh-ed25519"
	Fingerprint string // "SHA256:…", as OpenSSH prints it
	For         Target // as Question's
}
