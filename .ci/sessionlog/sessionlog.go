// Package sessionlog makes the lines that a Manager and an SSM log during a
// session, in the published form and in simulated time: what the benchmarks
// read. Equal seeds make equal lines.
//
// What comes in: a seed, a start, a pace and how long. What goes out: lines, one
// at a time, in the order of their stamps. All values are made up.
package sessionlog

import (
	"io/fs"
	"math/rand/v2"
	"path"
	"strings"
	"time"

	"syncscope/assets"
)

// Host is the host that logs a line.
type Host int

// The two hosts.
const (
	Manager Host = iota
	SSM
)

// Pace is how often each kind of line is due; 0 is never.
type Pace struct {
	Quiet  time.Duration // unrelated lines, the Manager's and the SSM's in turn
	Health time.Duration // lines in which the SSM says that it is sick
	SignIn time.Duration // sign-ins that the SSM refuses
	Other  time.Duration // sign-ins of a script, which the SSM refuses too
}

// kinds is how many kinds of lines there are.
const kinds = 4

// PerSignIn is how many lines both hosts log of one sign-in.
const PerSignIn = len(before) + len(served) + 1 + len(after)

// Session is a session that goes on.
type Session struct {
	random *rand.Rand
	emit   func(h Host, line []byte)
	pace   Pace
	now    time.Time
	due    [kinds]time.Time // when the next of each kind is due
	line   []byte
	quiets int
	pools  [2][]string
	signIn
}

// Start begins a session. emit is given each line with its newline, and must
// not keep it.
func Start(seed uint64, now time.Time, pace Pace, emit func(h Host, line []byte)) *Session {
	s := &Session{random: rand.New(rand.NewPCG(seed, 0)), emit: emit, pace: pace, now: now}
	s.pools = [2][]string{pool("manager.txt"), pool("messages.txt")}
	for i, every := range s.every() {
		s.due[i] = now.Add(every)
	}
	return s
}

// pool is one of the demo's pools of unrelated lines.
func pool(name string) []string {
	data, err := fs.ReadFile(assets.FS, path.Join("scenarios", "noise", name))
	if err != nil {
		panic(err) // it is embedded
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}

func (s *Session) every() [kinds]time.Duration {
	return [kinds]time.Duration{s.pace.Quiet, s.pace.Health, s.pace.SignIn, s.pace.Other}
}

// Now is the stamp of the newest line.
func (s *Session) Now() time.Time { return s.now }

// Until logs all that is due up to end.
func (s *Session) Until(end time.Time) {
	for {
		next := s.next(end)
		if next < 0 {
			s.to(end)
			return
		}
		s.to(s.due[next])
		s.due[next] = s.due[next].Add(s.every()[next])
		[kinds]func(){s.quiet, s.Health, s.SignIn, s.other}[next]()
	}
}

// next is the kind of line that is due first, up to end; -1: none is.
func (s *Session) next(end time.Time) int {
	next := -1
	for i, every := range s.every() {
		if every > 0 && !s.due[i].After(end) && (next < 0 || s.due[i].Before(s.due[next])) {
			next = i
		}
	}
	return next
}

// to lets time pass. It never goes back: what was due while a sign-in went on
// comes after it.
func (s *Session) to(t time.Time) {
	if t.After(s.now) {
		s.now = t
	}
}

func (s *Session) quiet() {
	host := Host(s.quiets % 2)
	text := s.pools[host][s.quiets/2%len(s.pools[host])]
	s.quiets++
	if host == SSM {
		s.ssm(s.stamped(text))
		return
	}
	head, message, _ := strings.Cut(text, "|default|")
	s.manager(strings.Replace(head, "%s", managerName, 1) + "|default|" + s.varied(message))
}

// varied puts another digit at the end of each number, so that no two lines are
// alike.
func (s *Session) varied(text string) string {
	b := []byte(text)
	for i, c := range b {
		if digit(c) && (i+1 == len(b) || !digit(b[i+1])) {
			b[i] = '1' + byte(s.random.IntN(9))
		}
	}
	return string(b)
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// stamped puts the host's names and the present stamps into a line of the pool.
func (s *Session) stamped(text string) string {
	return fill(text,
		"{rails}", rails, "{redis}", redis, "{nginx}", nginx,
		"{redis-stamp}", s.now.Format(redisStamp), "{utc}", s.now.Format(time.RFC3339), "{access-stamp}", s.now.Format(accessStamp))
}

// fill replaces each name by the value after it. A strings.Replacer would cost
// more to make than it saves.
func fill(text string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	return text
}

// Health logs that the SSM's Redis cannot save.
func (s *Session) Health() { s.ssm(s.stamped("{redis}: 1:M {redis-stamp} # Background saving error")) }

// The names of the simulated hosts, and their programs' stamps.
const (
	managerName = "manager-1"
	rails       = "8def82934c0a"
	redis       = "0e4760d91a0f"
	nginx       = "e4ce50bef757"
	redisStamp  = "02 Jan 2006 15:04:05.000"
	accessStamp = "02/Jan/2006:15:04:05 -0700"
)

var managerZone = time.FixedZone("IST", int((5*time.Hour + 30*time.Minute).Seconds()))

func (s *Session) manager(rest string) {
	s.line = s.now.In(managerZone).AppendFormat(s.line[:0], "02-Jan-2006 15:04:05,000 MST ")
	s.put(Manager, rest)
}

func (s *Session) ssm(rest string) {
	s.line = s.now.AppendFormat(s.line[:0], "Jan _2 15:04:05 SSM-On-Prem ")
	s.put(SSM, rest)
}

func (s *Session) put(h Host, rest string) {
	s.line = append(append(s.line, rest...), '\n')
	s.emit(h, s.line)
}
