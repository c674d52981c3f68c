package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// binding is one row of the key map: the help, the footer, the palette and the
// README's table are made from it.
type binding struct {
	keys  []string // as Bubble Tea names them
	label string   // as people read them
	does  string
	short string // in the footer: a word, or "KEYS word"; "" not there
	// do carries it out; key is the one that was pressed.
	do func(m *Model, key string) tea.Cmd
	// now tells whether it is of use now; nil: always. The footer leaves out
	// what is not.
	now func(m *Model) bool
	// word is the footer's word where it depends on what is in sight; nil: short.
	word func(m *Model) string
	// rank puts it among the first of the palette, from 1; 0: behind those.
	rank int
}

// withRows: the focused pane has rows, which can be searched, filtered, read.
var withRows = func(m *Model) bool { return m.panes.has(m.focus) }

// task is a group of keys, as the help shows them.
type task struct {
	task string
	keys []binding
}

// keyMap is all keys. It is put together in init, since the functions that the
// keys lead to know the key map too (the help).
var keyMap []task

func init() {
	keyMap = []task{
		{"Moving", movingKeys()},
		{"Reading", readingKeys()},
		{"The diagnosis", diagnosisKeys()},
		{"Looking closer", lookingKeys()},
		{"The run", runKeys()},
		{"The screen", screenKeys()},
	}
}

// bound is the row of a key, nil if it means nothing.
func bound(key string) *binding {
	for _, t := range keyMap {
		for i := range t.keys {
			for _, k := range t.keys[i].keys {
				if k == key {
					return &t.keys[i]
				}
			}
		}
	}
	return nil
}

// act does what a key means.
func act(m *Model, key string) tea.Cmd {
	b := bound(key)
	if b == nil {
		return nil
	}
	return b.do(m, key)
}

// KeyTable is the key map as rows of key and meaning.
func KeyTable() [][2]string {
	var out [][2]string
	for _, t := range keyMap {
		for _, b := range t.keys {
			out = append(out, [2]string{b.label, b.does})
		}
	}
	return out
}

// footerKeys are the keys of the footer, of those that are of use now: key and
// word.
func footerKeys(m *Model) [][2]string {
	var out [][2]string
	for _, t := range keyMap {
		for _, b := range t.keys {
			if b.short == "" || b.now != nil && !b.now(m) {
				continue
			}
			key, word := b.label, b.short
			if b.word != nil {
				word = b.word(m)
			} else if k, w, ok := strings.Cut(b.short, " "); ok {
				key, word = k, w
			} else if i := strings.IndexByte(key, ','); i > 0 {
				key = key[:i]
			}
			out = append(out, [2]string{key, word})
		}
	}
	return out
}
