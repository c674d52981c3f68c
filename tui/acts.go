package tui

import (
	"fmt"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"syncscope/tui/keys"
	"syncscope/tui/overlay"
	"syncscope/tui/pane"
	"syncscope/tui/terminal"
)

// reply is what a key led to: a word at the foot, and what is to be run beside the
// screen.
type reply struct {
	flash string
	cmd   tea.Cmd
}

// act carries out an action; key is the one that was pressed.
type act func(m *Model, key string) reply

// acts is what each action does. It is put together in init, since what some do
// leads to others.
var acts = map[keys.Action]act{}

func init() {
	for _, group := range []map[keys.Action]act{moving, reading, times, looking, running()} {
		for a, do := range group {
			acts[a] = do
		}
	}
}

// moving moves between panes and within one.
var moving = map[keys.Action]act{
	keys.NextPane:     func(m *Model, _ string) reply { return m.panes.next(1) },
	keys.PreviousPane: func(m *Model, _ string) reply { return m.panes.next(-1) },
	keys.Up:           scroller(func(int) int { return -1 }),
	keys.Down:         scroller(func(int) int { return 1 }),
	keys.PageUp:       scroller(func(page int) int { return -page }),
	keys.PageDown:     scroller(func(page int) int { return page }),
	keys.HalfUp:       scroller(func(int) int { return -8 }),
	keys.HalfDown:     scroller(func(int) int { return 8 }),
	keys.Right:        onRows(func(l *pane.List) { l.Shift(sideways) }),
	keys.Left:         onRows(func(l *pane.List) { l.Shift(-sideways) }),
	keys.Oldest: func(m *Model, _ string) reply {
		if o := m.covers.top(); o != nil {
			*o.Position() = 0
			return reply{}
		}
		m.panes.toEnd(false)
		return reply{}
	},
	keys.Newest: func(m *Model, _ string) reply { m.panes.toEnd(true); return reply{} },
	keys.Timeline: func(m *Model, _ string) reply {
		if m.panes.focus == timelinePane {
			return reply{flash: "this is the timeline"}
		}
		m.panes.setFocus(timelinePane)
		return reply{}
	},
	keys.Zoom:    func(m *Model, _ string) reply { m.panes.zoomed = !m.panes.zoomed; return reply{} },
	keys.Present: func(m *Model, _ string) reply { m.panes.present(); return reply{} },
}

// scroller scrolls the overlay in sight, or the focused pane; a page is what is in
// sight.
func scroller(by func(page int) int) act {
	return func(m *Model, _ string) reply {
		if o := m.covers.top(); o != nil {
			*o.Position() += by(overlayPage)
			return reply{}
		}
		page := overlayPage
		if l := m.panes.here(); l != nil {
			page = l.Page()
		}
		m.panes.all[m.panes.focus].Scroll(by(page))
		return reply{}
	}
}

// overlayPage is how far a page goes in what covers the panes.
const overlayPage = 15

// sideways is how far a key scrolls to the side, in columns.
const sideways = 16

// onRows works on the focused pane's rows.
func onRows(f func(*pane.List)) act {
	return func(m *Model, _ string) reply {
		return m.panes.onRows("", func(l *pane.List) bool { f(l); return true })
	}
}

// saying works on the focused pane's rows and says what it did.
func saying(f func(*pane.List) string) act {
	return func(m *Model, _ string) reply { return m.panes.saying(f) }
}

// seek goes to a row, or says why not.
func seek(none string, f func(*pane.List) bool) act {
	return func(m *Model, _ string) reply { return m.panes.onRows(none, f) }
}

// weighty goes to the next row of a weight, or to the one before.
func weighty(none string, dir int, w pane.Weight) act {
	return seek(none, func(l *pane.List) bool { return l.SeekWeight(dir, w) })
}

const (
	noError   = "no error in this pane"
	noWarning = "no warning in this pane"
	noMark    = "no mark in this pane: m sets one"
)

// reading works on the rows of the focused pane.
var reading = map[keys.Action]act{
	keys.PauseAll: func(m *Model, _ string) reply { m.panes.pauseAll(); return reply{} },
	keys.Pause: onRows(func(l *pane.List) {
		if l.Following() {
			l.Pause()
		} else {
			l.Follow()
		}
	}),
	keys.NextError:       weighty(noError, 1, pane.Error),
	keys.PreviousError:   weighty(noError, -1, pane.Error),
	keys.NextWarning:     weighty(noWarning, 1, pane.Warning),
	keys.PreviousWarning: weighty(noWarning, -1, pane.Warning),
	keys.Search:          func(m *Model, _ string) reply { return m.input.search(m.panes.here()) },
	keys.NextMatch:       func(m *Model, _ string) reply { return m.input.find(m.panes.here(), 1) },
	keys.PreviousMatch:   func(m *Model, _ string) reply { return m.input.find(m.panes.here(), -1) },
	keys.Filter:          func(m *Model, _ string) reply { return m.input.filter(m.panes.here()) },
	keys.DisplayFilter:   func(m *Model, _ string) reply { return m.input.display(m.panes.here()) },
	keys.DisplayFilterAll: func(m *Model, _ string) reply {
		return m.input.displayIn(m.panes.here(), "all panes", m.panes.lists())
	},
	keys.Context: saying(func(l *pane.List) string {
		return fmt.Sprintf("%d rows around each match of the filter", l.NextContext())
	}),
	keys.Mark:         seek("no row to mark", func(l *pane.List) bool { return l.Mark() }),
	keys.NextMark:     seek(noMark, func(l *pane.List) bool { return l.SeekMark(1) }),
	keys.PreviousMark: seek(noMark, func(l *pane.List) bool { return l.SeekMark(-1) }),
	keys.Raw:          saying((*pane.List).ToggleRaw),
	keys.Wrap:         saying((*pane.List).ToggleWrap),
	keys.Escape:       saying((*pane.List).ToggleEscape),
	keys.Flood:        saying((*pane.List).ToggleFlood),
}

// times are about when things were.
var times = map[keys.Action]act{
	keys.Deltas: saying(func(l *pane.List) string { return "times: " + l.NextDelta() }),
	keys.Clock: func(m *Model, _ string) reply {
		return reply{flash: m.panes.clocks.next(m.panes.timeline(), m.panes.lists())}
	},
	keys.Time:     func(m *Model, _ string) reply { return m.input.time(m.panes.here()) },
	keys.GoToTime: func(m *Model, text string) reply { return goToTime(m.panes.here(), text) },
	keys.TimeLock: func(m *Model, _ string) reply { return reply{flash: m.panes.clocks.toggleLock(m.panes.timeline())} },
}

// looking looks closer: at a row, a stage, an attempt, the cause.
var looking = map[keys.Action]act{
	keys.Evidence: func(m *Model, key string) reply {
		if n, _ := strconv.Atoi(key); !m.panes.evidence(m.data.update.Evidence, n) {
			return reply{flash: "no evidence with this number in sight"}
		}
		return reply{}
	},
	keys.Enter:          func(m *Model, _ string) reply { return m.enter() },
	keys.NextStage:      func(m *Model, _ string) reply { m.ladder.move(1); return reply{} },
	keys.PreviousStage:  func(m *Model, _ string) reply { m.ladder.move(-1); return reply{} },
	keys.EarlierAttempt: refreshing(func(m *Model) string { return m.data.browse(-1) }),
	keys.LaterAttempt:   refreshing(func(m *Model) string { return m.data.browse(1) }),
	keys.CompareWith:    refreshing(func(m *Model) string { return m.data.markBefore() }),
	keys.Names:          refreshing(func(m *Model) string { return m.data.names.toggle(m.run.gate()) }),
	keys.Detail: func(m *Model, _ string) reply {
		l := m.panes.here()
		if l == nil || l.Current() == nil {
			return reply{flash: "no row to look at in this pane"}
		}
		return m.open(&overlay.Detail{Of: l.Current().Detail()})
	},
	keys.Sequence: func(m *Model, _ string) reply {
		if s := overlay.NewSequence(m.scene(), m.panes.rows(handshakePane)); s != nil {
			return m.open(s)
		}
		return reply{flash: "no connection was captured yet"}
	},
	keys.Reveal: func(m *Model, _ string) reply {
		p, why := overlay.NewReveal(m.scene(), m.picture().row())
		if p != nil {
			m.covers.push(p)
		}
		return reply{flash: why}
	},
	keys.Copy:    func(m *Model, _ string) reply { return m.picture().copyText(m.run.gate()) },
	keys.Message: func(m *Model, _ string) reply { return m.run.write(m.data.came, m.opts.Lang) },
}

// refreshing changes what is shown of the run, and says why.
func refreshing(change func(*Model) string) act {
	return func(m *Model, _ string) reply {
		flash := change(m)
		m.refresh()
		return reply{flash: flash}
	}
}

// running is about the run, and about the screen itself.
func running() map[keys.Action]act {
	return map[keys.Action]act{
		keys.PlayFix: func(m *Model, _ string) reply {
			if !m.data.update.Header.CanFix {
				return reply{flash: "nothing to fix here"}
			}
			return reply{cmd: ask(m.run.control.Fix, "the fix is played; the next attempt follows")}
		},
		keys.Checks: func(m *Model, _ string) reply {
			_, shown := m.covers.top().(*overlay.Checks)
			m.open(&overlay.Checks{})
			if shown || m.data.update.Checking {
				return reply{}
			}
			return reply{cmd: ask(m.run.control.RunChecks, "the checks run; rows marked ours come from them")}
		},
		keys.Retry: func(m *Model, _ string) reply { return reply{cmd: m.run.retry()} },
		keys.Mouse: func(m *Model, _ string) reply {
			if m.mouse = !m.mouse; m.mouse {
				return reply{flash: "mouse on: wheel, click; select text with shift (iTerm2: option)"}
			}
			return reply{flash: "mouse off: select text as always"}
		},
		keys.Commands: func(m *Model, _ string) reply { return m.open(overlay.NewPalette()) },
		keys.Help:     func(m *Model, _ string) reply { return m.open(&overlay.Help{}) },
		keys.Redraw:   func(*Model, string) reply { return reply{cmd: tea.ClearScreen} },
		keys.Back: func(m *Model, _ string) reply { // one step
			switch {
			case m.covers.top() != nil:
				m.covers.shut()
			case m.ladder.on:
				m.ladder.on = false
			case m.panes.presentation.on:
				m.panes.present()
			default:
				m.input.leave(m.panes.here())
			}
			return reply{}
		},
		keys.Close: func(m *Model, key string) reply {
			if m.covers.top() != nil { // whoever reads a page wants to leave the page
				m.covers.shut()
				return reply{}
			}
			return acts[keys.Quit](m, key)
		},
		keys.Quit: func(m *Model, _ string) reply { // it asks first where a live capture would be lost
			if m.run.ended || !m.data.losing() {
				return reply{cmd: tea.Quit}
			}
			return m.open(&overlay.Leave{})
		},
		keys.Suspend: func(*Model, string) reply { return reply{cmd: terminal.Suspend} },
	}
}
