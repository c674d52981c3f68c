package capture

import (
	"bytes"
	"regexp"
	"sync"

	"syncscope/capture/event"
)

// Missed are lines of which nothing was read, though they hold what a log of a sync
// would: by their words, or in a form that hides whatever they say.
type Missed struct {
	From, To int
	What     string // what they are
	Hint     string // what to do
}

// maxMissed bounds the stretches that are told apart.
const maxMissed = 20

// minDump is how many rows of a dump are more than a key or a digest.
const minDump = 4

// missed gathers what was not read; a stretch is lines with nothing between them but
// empty ones.
type missed struct {
	list     []Missed
	from, to int
	log      bool // a row has what stands in front of a log's words
	sync     bool // and one has a name that a sync's lines have
	hex, b64 int  // rows of a dump
	key      bool // they are a certificate's or a key's
}

// line takes a line of which nothing was read.
func (m *missed) line(n int, b []byte) {
	if m.to == 0 || n > m.to+1 {
		m.end()
		m.from = n
	}
	m.to = n
	t := bytes.TrimSpace(b)
	switch {
	case len(t) == 0:
		return
	case bytes.HasPrefix(t, []byte("-----")):
		m.key = true
	case !m.key && dumped().hex.Match(t):
		m.hex++
	case !m.key && len(t) >= 40 && dumped().base64.Match(t):
		m.b64++
	}
	m.log = m.log || fronted().Match(t)
	m.sync = m.sync || ofSync(t)
}

// blank takes an empty line: it ends no stretch.
func (m *missed) blank(n int) {
	if n == m.to+1 && m.to > 0 {
		m.to = n
	}
}

// record takes a line that was read as one record: one that holds more records is as
// good as not read.
func (m *missed) record(n int, b []byte) {
	if len(b) > manyRecords && names(b) > 1 {
		m.end()
		m.add(Missed{n, n, "several lines of a log in one", "give the log itself, or copy its lines as they are"})
	}
}

// headless takes a line that begins as a record does, and of whose program nothing is
// known: where its name is one of a sync's, it was not read.
func (m *missed) headless(n int, b []byte) {
	if ofSync(b) || !bytes.Contains(b, []byte("] [")) {
		m.line(n, b)
		return
	}
	m.record(n, b)
}

// manyRecords is less than two of the Manager's lines about a sync.
const manyRecords = 300

// end ends a stretch.
func (m *missed) end() {
	s := Missed{From: m.from, To: m.to, Hint: "save the file that it is of, and give that"}
	switch {
	case m.hex >= minDump:
		s.What, s.Hint = "a dump in hexadecimal", "xxd -r makes the file again; give that"
	case m.b64 >= minDump:
		s.What, s.Hint = "base64", "base64 -d makes the file again; give that"
	case m.log && m.sync:
		s.What, s.Hint = "a log's lines about a sync, in a form that is not known", "give the log itself, or copy its lines as they are"
	}
	if s.What != "" {
		m.add(s)
	}
	*m = missed{list: m.list}
}

func (m *missed) add(s Missed) {
	if n := len(m.list); n == maxMissed { // the last stands for what follows
		m.list[n-1].To = s.To
		return
	}
	m.list = append(m.list, s)
}

// Missed gives, behind Close, the stretches that were not read though they would tell.
func (c *counts) Missed() []Missed { return c.missed.list }

// skip counts a line of which nothing was read.
func (c *counts) skip(n int, why event.PlainReason, b []byte) {
	switch why {
	case event.NotRecognised:
		c.skipped.Add(1)
		c.missed.line(n, b)
	case event.Decoration:
		c.missed.blank(n)
	}
}

// syncNames are what only lines about a sync hold: the Manager's programs, and the
// requests' paths.
var syncNames = [][]byte{[]byte("[RestAPIClient]"), []byte("[SmartLicens"), []byte("RestAPICli"), []byte("SmartLicen"), []byte("oauth/token"), []byte("Smart Account User")}

func ofSync(b []byte) bool {
	for _, name := range syncNames {
		if bytes.Contains(b, name) {
			return true
		}
	}
	return false
}

// names counts the names of the Manager's programs as its records have them.
func names(b []byte) int {
	return bytes.Count(b, syncNames[0]) + bytes.Count(b, syncNames[1])
}

type dumps struct{ hex, base64 *regexp.Regexp }

// dumped are rows of xxd, hexdump, od, base64, uuencode and xxd -p.
var dumped = sync.OnceValue(func() dumps {
	return dumps{
		hex:    regexp.MustCompile(`^[0-9a-fA-F]{6,8}:? +([0-9a-fA-F]{2,4} +){4,}|^[0-7]{7} +( *\S{1,3}){12,16}$`),
		base64: regexp.MustCompile(`^[A-Za-z0-9+/]+={0,2}$|^M[!-\x60]{60}$`),
	}
})

// fronted is what stands in front of a log's words, whatever became of its signs: a time
// of day, or a level with a bracket behind it.
var fronted = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`[0-9OoIl]{2}:[0-9OoIl]{2}:[0-9OoIl]{2}|\b(ERROR|WARN|INFO|DEBUG)\W{1,6}\[`)
})
