// Package pane holds what stands inside the screen's boxes.
//
// What comes in: capture.Events (rows of the handshake and of the logs),
// checks.Updates (the diagnosis), a size, and keys' meanings as method calls.
// What goes out: lines of exactly the asked width. A pane keeps a bounded
// number of rows and never does I/O.
package pane

import (
	"syncscope/capture/event"
	"syncscope/checks/view"
	"syncscope/tui/theme"
)

// Pane is one box of the screen. A new one is a file here and a line in the
// screen's registry. Its methods are called by one goroutine and do no I/O.
type Pane interface {
	// Title is what stands on the border.
	Title() Title
	// Observe takes an event, of a source of this kind. All panes are told of
	// all events; a pane ignores what does not concern it. It may be called
	// 100,000 times a second: what only a frame needs is made in View.
	Observe(kind event.Kind, ev event.Event)
	// Set takes the run's whole state, after the events that led to it. The
	// pane may keep the pointer until the next call, and does not write to it.
	Set(u *view.Update)
	// View draws exactly c.Height lines of c.Width columns.
	View(c Canvas) []string
	// Scroll moves by lines, down if positive. A pane keeps to its ends.
	Scroll(lines int)
}

// Reader is a pane of rows, which can be followed, searched, filtered, marked
// and jumped to. Keys for reading work on its List.
type Reader interface {
	Pane
	Rows() *List
}

// Title is a border's text: the name at its left, the state at its right.
type Title struct {
	Name  string
	State []Seg
}

// Canvas is where a pane draws: the inside of its box, and what all panes
// share.
type Canvas struct {
	Width, Height int
	Theme         *theme.Theme
	Numbers       map[event.Ref]int // evidence numbers, for the gutters
	Ends          func(event.Connection) (client, server string)
	Pseudonyms    *Pseudonyms
	Airy          bool // blank lines between what is said
	Whole         bool // the pane has the screen for itself
	Alone         bool // no other pane is in sight
	Public        bool // those who look on see it: nothing harmless, nothing that only explains
}
