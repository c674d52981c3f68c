package view

import "syncscope/capture/redact"

// Control is what a front end may ask of the run.
type Control interface {
	// Fix plays the demo's second act.
	Fix() error
	// RunChecks begins the active checks; updates bring what they find.
	RunChecks() error
}

// Login is what a front end answers while the run logs in.
type Login interface {
	// Answer answers a question of the updates. The run owns value from then on
	// and clears it. ok is false if the person does not want to answer.
	Answer(id int, value []byte, ok bool) error
	// Retry tries again what failed.
	Retry() error
}

// Run is a run that a front end shows.
type Run struct {
	Updates <-chan Update
	Control Control
	Login   Login
	Stop    func() // ends it; nil: its program does
}

// Form is what the connection form asks of the program. Its methods may read
// files: they are called beside the front end.
type Form interface {
	// Offer is what each field may be completed to, and hosts of earlier runs.
	Offer() Offer
	// Take says in one line what is wrong with each field; if nothing is, the
	// run that begins next is on these hosts.
	Take(Fields) (wrong Fields)
	// Forget takes hosts of an earlier run out of those that are offered.
	Forget(Fields) error
	// Try tests what was taken: its updates tell how far each host is, and end.
	Try() (Run, error)
}

// Gated is a Control whose run has a gate: it masks what is copied, hides names
// and gives one value in clear. What a run without one shows has passed a gate
// before.
type Gated interface{ Gate() *redact.Session }

// Messages is a Control whose run can write the message to the one whose turn it
// is, in a language. It is masked.
type Messages interface {
	Message(u Update, lang string) (to string, lines []string, err error)
}
