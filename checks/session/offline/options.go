package offline

import (
	"io"
	"net/netip"
	"os"

	"syncscope/capture/redact"
	"syncscope/checks/rule"
)

// Options are what every run needs.
type Options struct {
	Gate    *redact.Session
	Rules   []rule.Rule
	Peer    netip.Addr // from --peer; invalid: not given
	Version string

	// Stdin is what the path - stands for; nil: standard input.
	Stdin io.Reader
	// Status is told how far an analysis is, in one line that is safe to show,
	// and "" when nothing more is to be shown; nil: nobody is told. One
	// goroutine calls it.
	Status func(line string)
	// Reference turns everything off that exists for speed alone: one pass,
	// prefetch, blocks, packets taken as they pass, excerpts cut when they are
	// cited, lines known to be clean, the sieve, logs read in step, and more cores
	// than one. The report is the same, byte for byte; a test compares them.
	Reference bool

	progress *progress // of the Analyze under way
	// Late gives the rules in place of Rules, once they are read; nil: Rules.
	Late func() ([]rule.Rule, error)
}

// stdin is what - stands for.
func (o Options) stdin() io.Reader {
	if o.Stdin == nil {
		return os.Stdin
	}
	return o.Stdin
}
