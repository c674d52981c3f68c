package overlay

import (
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"syncscope/checks/view"
	"syncscope/tui/theme"
)

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

// Form is the form that a start without a command shows: hosts of earlier
// runs, then the fields.
type Form struct {
	Page
	text, wrong view.Fields
	line        Field // the one that one stands in, while it is edited
	offer       view.Offer
	at          int // the field, or, below 0, the earlier run: -1 is the last in the list
	moved       bool
	checking    bool
	testing     bool // what is being checked is to be tested, not run
}

// NewForm is the form as a start shows it.
func NewForm() *Form { return &Form{line: NewField("", maxAnswer)} }

// Init asks what the form offers.
func (p *Form) Init(of view.Form) tea.Cmd {
	return func() tea.Msg { return Answer{p, of.Offer()} }
}

// Title implements Overlay.
func (*Form) Title(Scene) string { return "Connect" }

// earlier is the earlier run that one stands on, nil if one stands in a field.
func (p *Form) earlier() *view.Fields {
	if p.at >= 0 {
		return nil
	}
	return &p.offer.Recent[len(p.offer.Recent)+p.at]
}

func (p *Form) move(n int) {
	all := view.FormFields + len(p.offer.Recent)
	p.at = (p.at+len(p.offer.Recent)+n+all)%all - len(p.offer.Recent)
	p.moved = true
	p.edit()
}

// Key implements Overlay.
func (p *Form) Key(in Scene, key tea.KeyPressMsg) Action {
	recent := p.earlier()
	switch k := key.String(); {
	case k == "ctrl+c" || k == "ctrl+l" || k == "ctrl+z":
		return pass
	case k == "esc" || p.checking: // there is nothing behind the form
	case k == "enter" || k == "ctrl+t":
		if recent != nil {
			p.text = *recent
		}
		return p.submit(in, k == "ctrl+t")
	case k == "down":
		p.move(1)
	case k == "up" || k == "shift+tab":
		p.move(-1)
	case recent != nil:
		return p.onRecent(in, k)
	case k == "tab":
		if rest := p.line.rest(); rest != "" {
			p.set(p.text[p.at] + rest)
			break
		}
		p.move(1)
	case formFields[p.at].flag:
		if k == "space" || k == "x" {
			p.set(map[bool]string{true: view.Yes}[p.text[p.at] == ""])
		}
	case k == "ctrl+n":
		p.cycle()
	default:
		p.line.Type(graphic(key))
		p.typed()
	}
	return Action{}
}

// onRecent takes a key on an earlier run.
func (p *Form) onRecent(in Scene, k string) Action {
	switch k {
	case "tab", "right":
		p.text, p.wrong, p.at, p.moved = *p.earlier(), view.Fields{}, 0, true
		p.edit()
	case "delete", "ctrl+x":
		gone, form := *p.earlier(), in.Form
		p.at = min(p.at+1, 0)
		p.edit()
		return Action{Cmd: func() tea.Msg {
			if err := form.Forget(gone); err != nil {
				return Flash("it could not be removed: " + err.Error())
			}
			return Answer{p, form.Offer()}
		}}
	}
	return Action{}
}

// edit begins to edit the field that one stands in.
func (p *Form) edit() {
	if p.at >= 0 {
		p.line = NewField(p.text[p.at], maxAnswer)
		p.line.Suggest([]string{p.text[p.at] + p.rest()})
	}
}

// typed takes over what the line has become.
func (p *Form) typed() {
	if text := p.line.Value(); text != p.text[p.at] {
		p.text[p.at], p.wrong[p.at] = text, ""
		p.line.Suggest([]string{text + p.rest()})
	}
}

// set puts a text into the field that one stands in.
func (p *Form) set(text string) {
	p.text[p.at], p.wrong[p.at] = text, ""
	p.edit()
}

// graphic is a key without what no field may hold.
func graphic(key tea.KeyPressMsg) tea.KeyPressMsg {
	key.Text = printable(key.Text)
	return key
}

func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return -1
		}
		return r
	}, text)
}

// Paste takes text as if it was typed.
func (p *Form) Paste(text string) {
	if p.earlier() == nil && !p.checking && !formFields[p.at].flag {
		p.line.Paste(printable(text))
		p.typed()
	}
}

// rest is what tab would add to the field.
func (p *Form) rest() string {
	if p.earlier() != nil {
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
func (p *Form) cycle() {
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

// submit has the program look at what was typed, to run or to test it.
func (p *Form) submit(in Scene, test bool) Action {
	p.checking, p.testing, p.wrong = true, test, view.Fields{}
	form, text := in.Form, p.text
	return Action{Forgive: true, Cmd: func() tea.Msg { return Answer{p, form.Take(text)} }}
}

// Receive implements Receiver.
func (p *Form) Receive(in Scene, answer any) Action {
	if in.Place == Gone {
		return Action{}
	}
	switch answer := answer.(type) {
	case view.Offer:
		p.offered(answer)
	case view.Fields:
		return p.checked(in, answer)
	}
	return Action{}
}

func (p *Form) offered(o view.Offer) {
	p.offer = o
	if n := len(o.Recent); !p.moved && p.text == (view.Fields{}) {
		p.at = -n // the last run is what is wanted most often
	}
	p.at = max(p.at, -len(o.Recent))
	p.edit()
}

// checked shows what is wrong with the fields; if nothing is, the run begins, or
// the test.
func (p *Form) checked(in Scene, wrong view.Fields) Action {
	p.wrong, p.checking = wrong, false
	for i, text := range p.text {
		if wrong[i] != "" && in.FormShown(i, text) < len(text) {
			p.text[i] = "" // nobody can mend what he cannot see
		}
	}
	for i, w := range wrong {
		if w != "" {
			p.at, p.moved = i, true
			p.edit()
			return Action{}
		}
	}
	if p.testing {
		return newTry(in, p)
	}
	return Action{Close: true, Begin: true}
}

// Keys is what can be done on the form.
func (p *Form) Keys(Scene) [][2]string {
	switch {
	case p.checking:
		return [][2]string{{"", "looking at what was typed"}, {"ctrl+c", "leave"}}
	case p.earlier() != nil:
		return [][2]string{{"enter", "connect"}, {"ctrl+t", "test"}, {"tab", "change it"}, {"ctrl+x", "remove"}, {"up, down", "move"}, {"ctrl+c", "leave"}}
	case formFields[p.at].flag:
		return [][2]string{{"space", "on, off"}, {"enter", "connect"}, {"ctrl+t", "test"}, {"up, down", "move"}, {"ctrl+c", "leave"}}
	case p.rest() != "":
		return [][2]string{{"tab", "complete"}, {"enter", "connect"}, {"ctrl+t", "test"}, {"up, down", "move"}, {"ctrl+u", "empty"}, {"ctrl+c", "leave"}}
	}
	out := [][2]string{{"enter", "connect"}, {"ctrl+t", "test"}, {"tab", "next"}}
	if len(p.offer.Names[p.at]) > 0 {
		out = append(out, [2]string{"ctrl+n", "offers"})
	}
	return toEmpty(p.text[p.at] != "", append(out, [][2]string{{"up, down", "move"}, {"ctrl+c", "leave"}}...)...)
}

// indented is a text below a field.
func (p *Form) indented(in Scene, role theme.Role, text string, room int) []string {
	var out []string
	for _, l := range Folded(text, room) {
		out = append(out, strings.Repeat(" ", formLabel)+in.Theme.Paint(role, l))
	}
	return out
}
