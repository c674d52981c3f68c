package tui

import "strings"

// action is what a key means.
type action uint8

// The actions.
const (
	none action = iota
	nextPane
	prevPane
	up
	down
	pageUp
	pageDown
	home
	follow
	pause
	zoom
	nextError
	prevError
	search
	nextMatch
	prevMatch
	raw
	evidence
	runbook
	fix
	check
	help
	escape
	redraw
	quit
)

// binding is one row of the key map: the help, the footer and the README's
// table are made from it.
type binding struct {
	action action
	keys   []string // as Bubble Tea names them
	label  string   // as people read them
	does   string
	short  string // in the footer; "" not there
}

// keyMap is all keys.
var keyMap = []binding{
	{nextPane, []string{"tab", "right", "l"}, "tab", "next pane", "pane"},
	{prevPane, []string{"shift+tab", "left", "h"}, "shift+tab", "previous pane", ""},
	{up, []string{"up", "k"}, "up, k", "scroll up a row", ""},
	{down, []string{"down", "j"}, "down, j", "scroll down a row", ""},
	{pageUp, []string{"pgup", "ctrl+b"}, "pgup", "scroll up a page", ""},
	{pageDown, []string{"pgdown", "ctrl+f"}, "pgdn", "scroll down a page", ""},
	{home, []string{"home", "g"}, "home, g", "oldest row", ""},
	{follow, []string{"end", "G", "F"}, "F, G, end", "newest row, and follow", "follow"},
	{pause, []string{"space", "p"}, "space, p", "pause all panes, or follow again; nothing is lost meanwhile", "pause"},
	{zoom, []string{"z"}, "z", "one pane on the whole screen, without borders", "zoom"},
	{nextError, []string{"e"}, "e", "next error in the pane", ""},
	{prevError, []string{"E"}, "E", "previous error in the pane", "e/E error"},
	{search, []string{"/"}, "/", "search in the pane: text or regular expression", "search"},
	{nextMatch, []string{"n"}, "n", "next match", ""},
	{prevMatch, []string{"N"}, "N", "previous match", ""},
	{evidence, []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, "1-9", "go to the evidence with this number", "evidence"},
	{raw, []string{"x"}, "x", "the lines as they came, or as they are read", "raw"},
	{runbook, []string{"enter"}, "enter", "runbook of the cause", "runbook"},
	{fix, []string{"f"}, "f", "demo: play the fix and the next attempt", ""},
	{check, []string{"r"}, "r", "run the active checks, and show them; they send no credentials", ""},
	{help, []string{"?"}, "?", "this help", "help"},
	{escape, []string{"esc"}, "esc", "close, or leave the search", ""},
	{redraw, []string{"ctrl+l"}, "ctrl+l", "draw the screen anew", ""},
	{quit, []string{"q", "ctrl+c"}, "q", "quit", "quit"},
}

// meaning is the action of a key.
func meaning(key string) action {
	for _, b := range keyMap {
		for _, k := range b.keys {
			if k == key {
				return b.action
			}
		}
	}
	return none
}

// KeyTable is the key map as rows of key and meaning.
func KeyTable() [][2]string {
	out := make([][2]string, 0, len(keyMap))
	for _, b := range keyMap {
		out = append(out, [2]string{b.label, b.does})
	}
	return out
}

// footerKeys are the keys of the footer: key and word.
func footerKeys() [][2]string {
	var out [][2]string
	for _, b := range keyMap {
		if b.short == "" {
			continue
		}
		key, word := b.label, b.short
		if k, w, ok := strings.Cut(b.short, " "); ok {
			key, word = k, w
		} else if i := strings.IndexByte(key, ','); i > 0 {
			key = key[:i]
		}
		out = append(out, [2]string{key, word})
	}
	return out
}
