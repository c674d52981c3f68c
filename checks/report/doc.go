// Package report writes a diagnosis for people and for programs.
//
// What comes in: a checks.Diagnosis, the sources and the counts of masked
// values (Report). What goes out: JSON of schema syncscope.report/v1, the text
// of `analyze`, and the plain lines of a run without a terminal. Every text in
// it came through the gate.
//
// Writing JSON owns the goroutines that format a long list of connections, one
// on each processor: the writer takes every piece in its order, closes their
// channel and returns when the last piece is written.
package report

import (
	"net/netip"

	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/view"
)

// Schema names the JSON's form. Fields are added, never renamed.
const Schema = "syncscope.report/v1"

// Report is what a report is written from.
type Report struct {
	Version   string
	Diagnosis checks.Diagnosis
	Sources   []view.SourceStatus
	Checks    []view.CheckOutcome
	Masked    map[redact.Kind]int
	Notes     []string // about inputs that could not be read or placed
	Unread    []string // of them, those that a person named: object, what, what to do

	Workers int // goroutines that write it; 0: one a core

	End func(netip.AddrPort) string // how a connection's end is shown; nil: as it is
}
