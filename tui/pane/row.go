package pane

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"syncscope/capture/event"
	"syncscope/tui/theme"
)

// Seg is a piece of a row in one role.
type Seg struct {
	Text string
	Role theme.Role
}

// Weight is how bad a row is.
type Weight uint8

// The weights. A glyph and a word stand for each, see draw.go.
const (
	Quiet Weight = iota
	Warning
	Error
)

// Row is one thing that happened: its columns, and the message that wraps
// under itself. What only a frame or a search needs of it is made when it is
// first looked at, see List.whole.
type Row struct {
	Seq    uint64 // set by the list
	Ref    event.Ref
	More   []event.Ref // what joined the row later
	Event  event.Event // what the row tells of; nil: a note of ours
	Weight Weight
	Bar    bool // an error: the whole row has a background

	Host    Seg   // whose row it is, where a pane has those of several
	Columns []Seg // fixed, in front
	Lead    Seg   // before the message, wrapped with it
	Message string
	Role    theme.Role // of the message
	Raw     string     // the line itself

	after time.Duration // a packet: since the connection's row before
	port  bool          // its connection's port tells it from a newer one

	whole      bool        // the parts above are made
	pseudonyms *Pseudonyms // names in them are as this one shows them
	came       *parts      // the parts without it; nil: as they are
	kept       bool        // the filter lets it through
	drawn      *drawn      // nil: not drawn yet
}

// amends reports whether r is of the packet that old was made of before its last
// line had come.
func (r *Row) amends(old *Row) bool {
	return r.Ref.Packet > 0 && old.Ref == r.Ref && old.Event != nil && old.Event.Origin().Provisional
}

// about reports whether the row tells of what ref points at.
func (r *Row) about(ref event.Ref) bool {
	return r.Ref == ref && ref.Source != 0 || slices.Contains(r.More, ref)
}

// When is the row's time; none for a note of ours.
func (r *Row) When() event.When {
	if r.Event == nil {
		return event.When{}
	}
	return r.Event.When()
}

// text is what a search looks at.
func (r *Row) text() string {
	var b strings.Builder
	b.WriteString(r.Host.Text)
	for _, s := range r.Columns {
		b.WriteString(s.Text + " ")
	}
	b.WriteString(r.Lead.Text)
	b.WriteString(r.Message)
	return b.String()
}

// gutter is the width of an evidence number and its blank.
const gutter = 2

var tokens = regexp.MustCompile(`(client|secret|password|token|cookie|key|tls|auth|user|host|addr|mac)#[0-9a-f]{10}( \([^)]*\))?~?`)

// Tokens are the masked values in a text, each once.
func Tokens(text string) []string {
	var out []string
	for _, t := range tokens.FindAllString(text, -1) {
		kind, _, _ := strings.Cut(t, "#")
		if kind != "user" && kind != "host" && kind != "addr" && kind != "mac" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// Columns breaks a text into lines of width columns, wherever that is.
func Columns(text string, width int) []string {
	var out []string
	for ansi.StringWidth(text) > width {
		head := ansi.Truncate(text, width, "")
		if head == "" {
			break
		}
		out, text = append(out, head), text[len(head):]
	}
	return append(out, text)
}

// segments splits a message so that masked values have their own role.
func segments(message string, role theme.Role) []Seg {
	at := 0
	var out []Seg
	for _, m := range tokens.FindAllStringIndex(message, -1) {
		out = append(out, Seg{message[at:m[0]], role}, Seg{message[m[0]:m[1]], theme.Token})
		at = m[1]
	}
	return append(out, Seg{message[at:], role})
}

// Wrap breaks segments into lines of width columns, at most limit of them; the
// last one then ends in an ellipsis.
func Wrap(segs []Seg, width, limit int, g *theme.Glyphs) [][]Seg {
	if width < 8 {
		width = 8
	}
	var lines [][]Seg
	var line []Seg
	room := width
	for _, s := range segs {
		text := s.Text
		for text != "" {
			if len(line) == 0 && len(lines) > 0 { // no line but the first begins with blanks
				if text = strings.TrimLeft(text, " "); text == "" {
					break
				}
			}
			if ansi.StringWidth(text) <= room {
				line = append(line, Seg{text, s.Role})
				room -= ansi.StringWidth(text)
				break
			}
			if len(lines) == limit-1 {
				line = append(line, Seg{g.Cut(text, room), s.Role})
				return append(lines, line)
			}
			if n := ending(text); n > 0 && n <= room && len(line) > 0 { // no line begins with what ends a word
				line, room, text = append(line, Seg{text[:n], s.Role}), room-n, text[n:]
				continue
			}
			head, word := fit(text, room)
			if room < width && !word { // no word is broken that fits the next line
				lines, line, room = append(lines, line), nil, width
				continue
			}
			line = append(line, Seg{strings.TrimRight(head, " "), s.Role})
			text = text[len(head):]
			lines, line, room = append(lines, line), nil, width
		}
	}
	if len(line) == 0 && len(lines) > 0 { // nothing but blanks was left for it
		return lines
	}
	return append(lines, line)
}

// ending is how many signs in front of text end the word before it.
func ending(text string) int { return len(text) - len(strings.TrimLeft(text, ".,;:)?!")) }

// fit is the longest beginning of text within room columns, up to a blank at
// which it may be broken if that is not too far back (word).
func fit(text string, room int) (head string, word bool) {
	head = ansi.Truncate(text, room, "")
	if head == "" { // a rune wider than the room: take it rather than loop
		_, size := utf8.DecodeRuneInString(text)
		return text[:size], false
	}
	from := len(head)
	if strings.HasPrefix(text[from:], " ") { // the line ends with the word
		from++
	}
	blank := strings.LastIndexByte(text[:from], ' ')
	for i := blank; i > len(head)/3; i = strings.LastIndexByte(text[:i], ' ') {
		if breaks(text[:i], text[i+1:]) {
			return text[:i+1], true
		}
	}
	if blank > len(head)/3 {
		return text[:blank+1], true
	}
	return head, false
}

// breaks reports whether a line may end between two words: not between a number
// and its unit ("508 B"), nor between a word and its number ("attempt 2"), nor
// within what is typed as it stands: before an option ("ss -ltn"), and between two
// words in parentheses ("(docker ps)").
func breaks(before, after string) bool {
	next, _, _ := strings.Cut(after, " ")
	if option(next) || strings.HasPrefix(before[strings.LastIndexByte(before, ' ')+1:], "(") && strings.Contains(next, ")") {
		return false
	}
	next = strings.TrimRight(next, ".,;:)?!")
	if before == "" || next == "" {
		return true
	}
	last := before[len(before)-1]
	digit := func(r rune) bool { return r >= '0' && r <= '9' || r == '.' || r == ',' }
	switch {
	case last >= '0' && last <= '9':
		return len(next) > 3
	case strings.IndexByte(".,;:)?!", last) >= 0 || last == ' ':
		return true
	}
	return strings.TrimFunc(next, digit) != ""
}

// option reports whether a word is an option of a command: "-ltn", "--pcap".
func option(word string) bool {
	name := strings.TrimLeft(word, "-")
	return name != "" && len(name) < len(word) && (name[0]|0x20) >= 'a' && (name[0]|0x20) <= 'z'
}

// Segments splits text of ours or of a row so that masked values have their
// own role.
func Segments(text string, role theme.Role) []Seg { return segments(text, role) }
