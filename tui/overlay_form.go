package tui

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"syncscope/checks/view"
	"syncscope/tui/theme"
)

// Form is what the connection form asks of the program. Its methods may read
// files: they are called beside the screen.
type Form interface {
	// Offer is what each field may be completed to, and hosts of earlier runs.
	Offer() view.Offer
	// Take says in one line what is wrong with each field; if nothing is, the
	// run that begins next is on these hosts.
	Take(view.Fields) (wrong view.Fields)
	// Forget takes hosts of an earlier run out of those that are offered.
	Forget(view.Fields) error
	// Try tests what was taken: its updates tell how far each host is, and end.
	Try() (Begun, error)
}

// formField is how a field is shown.
type formField struct {
	label, note string
	flag        bool // it is on or off
	several     bool // what commas part is completed by itself
}

var formFields = [view.FormFields]formField{
	view.FormManagers:  {label: "Manager(s)", note: "USER@HOST[:PORT], up to six nodes of a cluster, with commas", several: true},
	view.FormSSM:       {label: "SSM", note: "USER@HOST[:PORT]; left out, its pane says so"},
	view.FormPeer:      {label: "peer", note: "the SSM as the Manager calls it, HOST[:PORT]; empty: read from its log"},
	view.FormJump:      {label: "jump", note: "[USER@]HOST[:PORT],... on the way; empty: as in ssh_config", several: true},
	view.FormInterface: {label: "interface", note: "where the Manager captures; empty: where the route to the peer leaves"},
	view.FormVPN:       {label: "VPN", note: "the number of the one that leads to the SSM; empty: the interface's"},
	view.FormSince:     {label: "since", note: "how far back the logs are read, like 2h; empty: to the last attempt"},
	view.FormProfile:   {label: "profile", note: "a named set of hosts; what stands above goes over it"},
	view.FormPrivacy:   {label: "names", note: "users, hosts and addresses as pseudonyms, on the screen and in files", flag: true},
	view.FormShared:    {label: "shared", note: "others see this screen: no value can be revealed on it", flag: true},
}

// formPage is the form that a start without a command shows: hosts of earlier
// runs, then the fields.
type formPage struct {
	page
	text, wrong view.Fields
	offer       view.Offer
	at          int // the field, or, below 0, the earlier run: -1 is the last in the list
	moved       bool
	checking    bool
	testing     bool // what is being checked is to be tested, not run
}

type offerMsg view.Offer

type takenMsg view.Fields

func (o Options) formOffer() tea.Msg { return offerMsg(o.Form.Offer()) }

func formOf(m *Model) *formPage {
	for _, o := range m.overlays {
		if p, ok := o.(*formPage); ok {
			return p
		}
	}
	return nil
}

func (*formPage) title(*Model) string { return "Connect" }

// picked is the earlier run that one stands on, nil if one stands in a field.
func (p *formPage) picked() *view.Fields {
	if p.at >= 0 {
		return nil
	}
	return &p.offer.Recent[len(p.offer.Recent)+p.at]
}

func (p *formPage) move(n int) {
	all := view.FormFields + len(p.offer.Recent)
	p.at = (p.at+len(p.offer.Recent)+n+all)%all - len(p.offer.Recent)
	p.moved = true
}

func (p *formPage) key(m *Model, key tea.KeyPressMsg) (tea.Cmd, bool) {
	recent := p.picked()
	switch k := key.String(); {
	case k == "ctrl+c" || k == "ctrl+l" || k == "ctrl+z":
		return nil, false
	case k == "esc" || p.checking: // there is nothing behind the form
	case k == "enter" || k == "ctrl+t":
		if recent != nil {
			p.text = *recent
		}
		return p.take(m, k == "ctrl+t"), true
	case k == "down":
		p.move(1)
	case k == "up" || k == "shift+tab":
		p.move(-1)
	case recent != nil:
		return p.onRecent(m, k), true
	case k == "tab":
		if rest := p.rest(); rest != "" {
			p.set(p.text[p.at] + rest)
			break
		}
		p.move(1)
	case formFields[p.at].flag:
		if k == "space" || k == "x" {
			p.set(map[bool]string{true: view.Yes}[p.text[p.at] == ""])
		}
	case k == "backspace":
		_, n := utf8.DecodeLastRuneInString(p.text[p.at])
		p.set(p.text[p.at][:len(p.text[p.at])-n])
	case k == "ctrl+u":
		p.set("")
	case k == "ctrl+n":
		p.cycle()
	default:
		p.paste(m, key.Text)
	}
	return nil, true
}

// onRecent takes a key on an earlier run.
func (p *formPage) onRecent(m *Model, k string) tea.Cmd {
	switch k {
	case "tab", "right":
		p.text, p.wrong, p.at, p.moved = *p.picked(), view.Fields{}, 0, true
	case "delete", "ctrl+x":
		gone, form := *p.picked(), m.opts.Form
		p.at = min(p.at+1, 0)
		return func() tea.Msg {
			if err := form.Forget(gone); err != nil {
				return flashMsg("it could not be removed: " + err.Error())
			}
			return offerMsg(form.Offer())
		}
	}
	return nil
}

func (p *formPage) set(text string) { p.text[p.at], p.wrong[p.at] = text, "" }

// paste takes text as if it was typed.
func (p *formPage) paste(_ *Model, text string) {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return -1
		}
		return r
	}, text)
	if p.picked() == nil && !p.checking && !formFields[p.at].flag && len(p.text[p.at])+len(text) <= maxAnswer {
		p.set(p.text[p.at] + text)
	}
}

// rest is what tab would add to the field.
func (p *formPage) rest() string {
	if p.picked() != nil {
		return ""
	}
	part := p.text[p.at]
	if formFields[p.at].several {
		part = strings.TrimLeft(part[strings.LastIndexByte(part, ',')+1:], " ")
	}
	if part == "" {
		return ""
	}
	user, host, hasUser := strings.Cut(part, "@")
	for _, n := range p.offer.Names[p.at] {
		if len(n) > len(part) && strings.HasPrefix(n, part) {
			return n[len(part):]
		}
		if _, bare, ok := strings.Cut(n, "@"); ok {
			n = bare
		}
		if hasUser && user != "" && host != "" && len(n) > len(host) && strings.HasPrefix(n, host) {
			return n[len(host):]
		}
	}
	return ""
}

// cycle puts the next name that is offered in the place of what is typed.
func (p *formPage) cycle() {
	names := p.offer.Names[p.at]
	if len(names) == 0 {
		return
	}
	text, before := p.text[p.at], ""
	if i := strings.LastIndexByte(text, ','); formFields[p.at].several && i >= 0 {
		before, text = text[:i+1]+" ", strings.TrimLeft(text[i+1:], " ")
	}
	p.set(before + names[(slices.Index(names, text)+1)%len(names)])
}

func (p *formPage) take(m *Model, test bool) tea.Cmd {
	p.checking, p.testing, p.wrong = true, test, view.Fields{}
	m.login.failure = nil
	form, text := m.opts.Form, p.text
	return func() tea.Msg { return takenMsg(form.Take(text)) }
}

func (msg offerMsg) take(m *Model) tea.Cmd {
	p := formOf(m)
	if p == nil {
		return nil
	}
	p.offer = view.Offer(msg)
	if n := len(p.offer.Recent); !p.moved && p.text == (view.Fields{}) {
		p.at = -n // the last run is what is wanted most often
	}
	p.at = max(p.at, -len(p.offer.Recent))
	return nil
}

func (msg takenMsg) take(m *Model) tea.Cmd {
	p := formOf(m)
	if p == nil {
		return nil
	}
	p.wrong, p.checking = view.Fields(msg), false
	for i, text := range p.text {
		if p.wrong[i] != "" && m.opts.FormShown(i, text) < len(text) {
			p.text[i] = "" // nobody can mend what he cannot see
		}
	}
	for i, w := range p.wrong {
		if w != "" {
			p.at, p.moved = i, true
			return nil
		}
	}
	if p.testing {
		return try(m)
	}
	drop(m, p)
	begin := m.opts.begin
	return func() tea.Msg { return begunMsg{begin(), p} }
}

// begunMsg is startedMsg of a run that the form began: where it could not, the
// form comes back.
type begunMsg struct {
	started tea.Msg
	form    *formPage
}

func (msg begunMsg) take(m *Model) tea.Cmd {
	run, ok := msg.started.(startedMsg)
	if ok && run.err != nil {
		m.overlays = append(m.overlays, msg.form)
	}
	return started(m, run)
}

// now is what can be done on the form.
func (p *formPage) now(*Model) [][2]string {
	switch {
	case p.checking:
		return [][2]string{{"", "looking at what was typed"}, {"ctrl+c", "leave"}}
	case p.picked() != nil:
		return [][2]string{{"enter", "connect"}, {"ctrl+t", "test"}, {"tab", "change it"}, {"ctrl+x", "remove"}, {"up, down", "move"}, {"ctrl+c", "leave"}}
	case formFields[p.at].flag:
		return [][2]string{{"space", "on, off"}, {"enter", "connect"}, {"ctrl+t", "test"}, {"up, down", "move"}, {"ctrl+c", "leave"}}
	case p.rest() != "":
		return [][2]string{{"tab", "complete"}, {"enter", "connect"}, {"ctrl+t", "test"}, {"up, down", "move"}, {"ctrl+u", "empty"}, {"ctrl+c", "leave"}}
	}
	keys := [][2]string{{"enter", "connect"}, {"ctrl+t", "test"}, {"tab", "next"}}
	if len(p.offer.Names[p.at]) > 0 {
		keys = append(keys, [2]string{"ctrl+n", "offers"})
	}
	return append(keys, [][2]string{{"up, down", "move"}, {"ctrl+u", "empty"}, {"ctrl+c", "leave"}}...)
}

// indented is a text below a field.
func (p *formPage) indented(m *Model, role theme.Role, text string, room int) []string {
	var out []string
	for _, l := range folded(text, room) {
		out = append(out, strings.Repeat(" ", formLabel)+m.th.Paint(role, l))
	}
	return out
}
