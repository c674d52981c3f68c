package checks

import (
	"fmt"
	"maps"
	"syncscope/capture/event"
)

// Diagnosis is what the engine knows at one moment.
type Diagnosis struct {
	Verdict    Verdict
	Attempts   []Attempt
	Shown      int // index into Attempts; -1 none
	RootCause  *Finding
	Findings   []Finding // symptoms, side findings, benign notes; candidates where there is no root cause
	Evidence   []Evidence
	Each       []Account // of each attempt
	Comparison *Comparison
	Manager    string
	Release    string
	SSM        string
	Peer       string // as the Manager calls it
	PeerFrom   string
	Conns      []ConnectionState
	Dropped    int // of the oldest lines and connections, which are no longer held
	Unlisted   int // connections that no log tells of, and that are too many to be listed as attempts
	Clock      Clock
	LastGood   *LastGood        // nil: the last attempt did not fail, or none before it went well
	Earlier    Earlier          // attempts before those that are listed
	Others     []event.Ref      // requests of other clients of the SSM
	Missed     bool             // lines that could not be read may hold a newer attempt than the one shown
	Turned     []event.SourceID // files that hold their newest line first
	Heard      Heard            // of what there is anything
	// CheckFailed is what the output of a command says that failed, where nothing
	// else was given.
	CheckFailed *Evidence
	CheckedBy   string       // the command whose output says so
	CheckPassed *Evidence    // what an output says, where none says that anything failed
	Checked     []StageState // the ladder of such commands; nil: there is an attempt's
	Callers     int          // that ask like a Manager and ended differently, where nothing tells which one it is
}

// Earlier counts the attempts that are not listed one by one any more.
type Earlier struct {
	Attempts int
	Failed   int
	ByCause  map[string]int // of those that failed; "" where no cause was named
}

// Count takes an attempt in.
func (e *Earlier) Count(a Attempt) {
	e.Attempts++
	if a.Outcome != OutcomeFail {
		return
	}
	if e.Failed++; e.ByCause == nil {
		e.ByCause = map[string]int{}
	}
	e.ByCause[a.RootCause]++
}

// Clone is a copy that shares nothing.
func (e Earlier) Clone() Earlier {
	e.ByCause = maps.Clone(e.ByCause)
	return e
}

// Account is what is to say of one attempt, the one shown or another: why it
// failed (nil: no cause is named), and its evidence by number.
type Account struct {
	Cause    *Finding
	Evidence []Evidence
}

// ConnectionState is one connection as the report lists it.
type ConnectionState struct {
	event.Connection
	Source event.SourceID
	Ours   bool
}

// TLSVersion is the protocol name of a version number, "" if it is none.
func TLSVersion(v uint16) string {
	if v < 0x0301 || v > 0x0304 {
		return ""
	}
	return fmt.Sprintf("TLS 1.%d", v-0x0301)
}

// Success is the sentence of a verdict that is OK, without its full stop.
func Success(attempts []Attempt, shown int) string {
	if a := AttemptAt(attempts, shown); a != nil {
		return a.Success()
	}
	return (&Attempt{Kind: KindSync}).Success()
}

// AttemptAt is the attempt at an index; nil where there is none. The zero value
// of Shown is an index too, of a diagnosis that nobody made yet: whoever asks
// for the attempt shown asks here.
func AttemptAt(attempts []Attempt, i int) *Attempt {
	if i < 0 || i >= len(attempts) {
		return nil
	}
	return &attempts[i]
}

// Attempt is the one that the verdict is of; nil where there is none.
func (d *Diagnosis) Attempt() *Attempt { return AttemptAt(d.Attempts, d.Shown) }
