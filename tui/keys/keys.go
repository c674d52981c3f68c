package keys

import (
	"slices"
	"strings"
)

// State is what a key's use depends on, as flags.
type State uint16

// The flags.
const (
	HasRows     State = 1 << iota // the focused pane has rows
	Scrolled                      // it does not follow
	OnRow                         // one stands on a row of it
	OnPackets                     // it is the one of packets
	OffTimeline                   // it is another one than the timeline
	OnStage                       // the cursor is on a stage of the ladder
	HasCause
	HasEvidence
	HasAttempts
	Undecided // neither a cause nor a success
	Failed    // something that can be tried again
	Paused    // all panes are
	Presenting
)

// Binding is one row of the key map: the help, the footer, the palette and the
// README's table are made from it.
type Binding struct {
	Action Action
	Keys   []string // as Bubble Tea names them
	Label  string   // as people read them
	Does   string
	Short  string // in the footer: a word, or "KEYS word"; "" not there
	When   State  // it is of use in any of these; 0: always
	Words  []Word // the footer's word where it depends on the state; the first that fits
	Rank   int    // puts it among the first of the palette, from 1; 0: behind those
}

// Word is a word of the footer in a state.
type Word struct {
	In   State
	Text string
}

// Task is a group of keys, as the help shows them.
type Task struct {
	Name string
	Keys []Binding
}

// OfUse reports whether the key is of use in a state.
func (b *Binding) OfUse(s State) bool { return b.When == 0 || b.When&s != 0 }

// footed is the key and its word in the footer.
func (b *Binding) footed(s State) [2]string {
	key, word := b.Label, b.Short
	if k, w, ok := strings.Cut(b.Short, " "); ok {
		key, word = k, w
	} else if i := strings.IndexByte(key, ','); i > 0 {
		key = key[:i]
	}
	for _, w := range b.Words {
		if w.In&s != 0 {
			return [2]string{key, w.Text}
		}
	}
	return [2]string{key, word}
}

// Find is the row of a key, nil if it means nothing.
func Find(key string) *Binding {
	for _, t := range Map {
		for i := range t.Keys {
			if slices.Contains(t.Keys[i].Keys, key) {
				return &t.Keys[i]
			}
		}
	}
	return nil
}

// Table is the key map as rows of key and meaning.
func Table() [][2]string {
	var out [][2]string
	for _, t := range Map {
		for _, b := range t.Keys {
			out = append(out, [2]string{b.Label, b.Does})
		}
	}
	return out
}

// Footer is the keys of the footer that are of use in a state: key and word.
func Footer(s State) [][2]string {
	var out [][2]string
	for _, t := range Map {
		for i := range t.Keys {
			if b := &t.Keys[i]; b.Short != "" && b.OfUse(s) {
				out = append(out, b.footed(s))
			}
		}
	}
	return out
}
