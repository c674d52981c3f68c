package checks

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"syncscope/capture/event"
)

// Stage is a rung of the ladder.
type Stage uint8

// The stages, in the order a sync goes through them.
const (
	Setup Stage = iota
	DNS
	IP // shown as "path"
	TCP
	Proxy
	TLS
	HTTP
	Backend
	Auth
	Licences
	stageCount
)

var stageNames = [...]string{"setup", "dns", "ip", "tcp", "proxy", "tls", "http", "backend", "auth", "licences"}

// String is the name in rules and in the report's JSON.
func (s Stage) String() string { return NameOf(stageNames[:], s) }

// NameOf is a value's name in the table beside its type. A value that the table
// lacks is no reason to panic while a fault is looked for.
func NameOf[T ~uint8](table []string, v T) string {
	if int(v) < len(table) {
		return table[v]
	}
	return "unknown"
}

// Stages are all of them, in order.
func Stages() []Stage {
	out := make([]Stage, stageCount)
	for i := range out {
		out[i] = Stage(i)
	}
	return out
}

var stageShort = [...]string{"setup", "dns", "path", "tcp", "proxy", "tls", "http", "back", "auth", "lic"}

// Short is the label where there is little room.
func (s Stage) Short() string { return NameOf(stageShort[:], s) }

// ParseStage reads a name as rules and the report's JSON have it.
func ParseStage(name string) (Stage, error) {
	i, err := parseName("stage", name, stageNames[:])
	return Stage(i), err
}

// parseName gives the place of a name in the list of a type's names.
func parseName(what, name string, names []string) (int, error) {
	i := slices.Index(names, name)
	if i < 0 {
		return 0, fmt.Errorf("%s %q is none of %s", what, name, strings.Join(names, ", "))
	}
	return i, nil
}

// Label is the name on the ladder.
func (s Stage) Label() string {
	if s == IP {
		return "path"
	}
	return s.String()
}

// Status is a stage's outcome. The zero value is "unknown", never "pass".
type Status uint8

// The outcomes.
const (
	Unknown Status = iota
	Pass
	Warn
	Fail
	NotReached
	NotNeeded
	statusCount
)

var statusNames = [...]string{"unknown", "pass", "warn", "fail", "not-reached", "not-needed"}

// String is the name in the report's JSON.
func (s Status) String() string { return NameOf(statusNames[:], s) }

var (
	statusWords = [...]string{"unknown", "passed", "warning", "failed", "not reached", "not needed"}
	statusSigns = [...]string{"?", "✓", "!", "✗", "·", "–"}
)

// Word is the outcome in a sentence.
func (s Status) Word() string { return NameOf(statusWords[:], s) }

// Sign stands before a stage's word; a status without one is unknown.
func (s Status) Sign() string {
	if s >= statusCount {
		return statusSigns[Unknown]
	}
	return statusSigns[s]
}

// Basis says how a stage's outcome is known.
type Basis uint8

// The bases.
const (
	None Basis = iota
	Inferred
	Seen
	basisCount
)

var basisNames = [...]string{"none", "inferred", "seen"}

// String is the name in the report's JSON.
func (b Basis) String() string { return NameOf(basisNames[:], b) }

// StageState is one rung of one attempt's ladder. Texts are ours or came
// through the gate.
type StageState struct {
	Stage    Stage
	Status   Status
	Basis    Basis
	Object   string // what it was about: "10.106.66.55:8443"
	Detail   string // "SYN-ACK after 244.2 ms"
	Short    string // for the ladder: "244 ms"
	Evidence []Evidence
}

// Evidence is a line or packet that supports a claim.
type Evidence struct {
	Number int // 1.. on the screen; 0: not numbered
	Ref    event.Ref
	Source string     // the source's title
	Kind   event.Kind // whose word it is, whatever file it stands in
	Time   event.When
	Text   string // the excerpt, safe
	Says   string // in our words: "Manager: 403 invalid_client"
}

// Place is the source and the line or packet in it that the evidence is.
func (e Evidence) Place() string {
	out := e.Source
	if e.Ref.Line > 0 {
		out += fmt.Sprintf(":%d", e.Ref.Line)
	}
	if e.Ref.Packet > 0 {
		out += fmt.Sprintf(" packet %d", e.Ref.Packet)
	}
	return out
}

// UnknownStages is a ladder of which nothing is known.
func UnknownStages() []StageState {
	out := make([]StageState, stageCount)
	for i := range out {
		out[i].Stage = Stage(i)
	}
	return out
}

// Broke is the stage at which an attempt came to its end: the first that
// failed, else the one after the last that passed. A proxy that nothing names is
// no stage that anything can break at.
func Broke(stages []StageState) Stage {
	at := Setup
	for _, s := range stages {
		switch s.Status {
		case Fail:
			return s.Stage
		case Pass:
			at = s.Stage + 1
		}
	}
	for at < Licences && stages[at].passedOver() {
		at++
	}
	return min(at, Licences)
}

// passedOver reports whether an attempt goes on from the stage before it to the one
// behind it, as far as is known.
func (s *StageState) passedOver() bool {
	return s.Status == NotNeeded || s.Stage == Proxy && s.Status == Unknown && s.Object == ""
}

// OnWayToProxy reports whether a stage is one of those that lead to the proxy: its
// object is the proxy, and it says nothing of the SSM.
func OnWayToProxy(stages []StageState, at Stage) bool {
	if len(stages) <= int(Proxy) || at >= Proxy || stages[at].Object == "" {
		return false
	}
	host, _, err := net.SplitHostPort(stages[Proxy].Object)
	return stages[at].Object == stages[Proxy].Object || err == nil && stages[at].Object == host
}
