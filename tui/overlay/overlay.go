package overlay

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks/view"
	"syncscope/tui/keys"
	"syncscope/tui/pane"
	"syncscope/tui/theme"
)

// Overlay is what covers the panes. A new one is a file of its own here.
type Overlay interface {
	// Title stands on the border.
	Title(in Scene) string
	// Lines is all of the text for a width; the screen scrolls it with the
	// position, which the overlay keeps.
	Lines(in Scene, width int) []string
	// Key takes a key before the key map does. One that it passes on means what
	// it always means: the arrows scroll, esc closes.
	Key(in Scene, key tea.KeyPressMsg) Action
	// Position is where the overlay is scrolled to; the screen moves it.
	Position() *int
	// Keys is what can be done while the overlay is in sight, for the footer: keys
	// and words, the most needed last.
	Keys(in Scene) [][2]string
}

// Sized is an overlay that needs less than the panes' whole place: it is drawn
// in their middle. The size is that of the inside.
type Sized interface {
	Size(in Scene) (width, height int)
}

// Secretive is an overlay that draws what its lines do not have, since lines
// are copied and a frame is kept. A frame with it is drawn anew each time.
type Secretive interface {
	InSight(in Scene, width int) []string
}

// Picker is an overlay of which a part may be chosen, to be copied alone; "" is
// none of it.
type Picker interface{ Picked() string }

// Paster is an overlay that text is typed into.
type Paster interface{ Paste(text string) }

// Receiver is an overlay that has asked for commands.
type Receiver interface {
	// Receive takes what a command gave. The overlay may be covered or gone by
	// then: in tells.
	Receive(in Scene, answer any) Action
}

// Answer is what a command gives for the overlay that asked for it.
type Answer struct {
	To   Receiver
	What any
}

// Flash is what a command gives that only has a word for the foot.
type Flash string

// Place is where an overlay is.
type Place uint8

// The places.
const (
	OnTop Place = iota
	Covered
	Gone
)

// Scene is what an overlay may see of the screen.
type Scene struct {
	Update        *view.Update // as it is shown
	Theme         *theme.Theme
	Width, Height int // of the screen
	Room          int // lines that an overlay has, without its border; set while it is drawn
	Pseudonyms    *pane.Pseudonyms
	Now           func() time.Time
	Lang          string // of the runbooks
	State         keys.State
	Place         Place

	Login     view.Login
	Form      view.Form
	FormShown func(field int, text string) int // see tui.Options
	Gate      *redact.Session                  // nil: the run has none
}

// Shown is a text as it may stand on the screen.
func (in Scene) Shown(text string) string {
	if in.Pseudonyms == nil {
		return text
	}
	return in.Pseudonyms.Shown(text)
}

// Action is what an overlay asks of the screen; the zero value is nothing.
type Action struct {
	Pass  bool        // the key is not the overlay's: it means what it always means
	Close bool        // the overlay goes
	Open  Overlay     // one that goes over it
	Do    keys.Action // is done after that, as if its key was pressed over the panes
	With  string      // the key for Do, or a time
	Flash string      // a word at the foot
	Cmd   tea.Cmd     // is run beside the screen

	Begin    bool         // the run begins, on what the form has taken
	Failed   error        // it cannot begin, or be tested
	Attach   *view.Run    // whom the screen asks and answers from now on
	Shown    *view.Update // what the screen shows from now on
	Answered int          // this question was answered
	Forgive  bool         // what failed before is forgotten
}

// pass leaves a key to the key map.
var pass = Action{Pass: true}

// Page is what overlays that are only read embed.
type Page struct{ top int }

// Position implements Overlay.
func (p *Page) Position() *int { return &p.top }

// Key implements Overlay.
func (*Page) Key(Scene, tea.KeyPressMsg) Action { return pass }

// Keys is what the keys of the footer do over the page.
func (*Page) Keys(Scene) [][2]string {
	return [][2]string{{"up, down", "scroll"}, {"y", "copy"}, {"?", "help"}, {"q, esc", "close"}}
}

// Numbers are the evidence numbers by reference.
func Numbers(u *view.Update) map[event.Ref]int {
	out := map[event.Ref]int{}
	for _, e := range u.Evidence {
		out[e.Ref] = e.Number
	}
	return out
}

// Folded breaks plain text into lines.
func Folded(text string, width int) []string {
	if text == "" {
		return nil
	}
	return strings.Split(ansi.Wrap(text, max(width, 10), ""), "\n")
}

// Count is a number with its word.
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
