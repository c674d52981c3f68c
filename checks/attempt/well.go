package attempt

import (
	"strings"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/capture/logline/words"
	"syncscope/checks/evidence"
)

// sign is what a line of the SSM tells of its being well.
type sign uint8

// The signs, the one that tells most last.
const (
	noSign sign = iota
	ready       // one part says that it takes connections
	looked      // the application looked up what somebody asked for
	stored      // it took what somebody sent
	signEnd
)

// signOf is the sign that a line is. nginx serves pages by itself: only what it hands
// to the application is one.
func signOf(e *logline.Entry) sign {
	switch {
	case e.Topic == logline.TopicReady:
		return ready
	case e.Topic != logline.TopicRequest || e.Status < 200 || e.Status > 299, e.Form == logline.NginxAccess && !toApplication(e):
		return noSign
	}
	switch e.Method.String() {
	case "GET", "HEAD", "OPTIONS":
		return looked
	}
	return stored
}

// signs are the lines that are signs, in order of time, few of what many tell.
type signs [signEnd][]*evidence.Line

// add takes the next line.
func (s *signs) add(l *evidence.Line) {
	k := signOf(&l.Entry)
	if n := len(s[k]); k == noSign || n > 0 && k != ready && s[k][n-1].Host == l.Host && s[k][n-1].PrintedWithin(oftenServed, l) {
		return
	}
	s[k] = append(s[k], l)
}

// over reports whether what a line of the SSM complains of was over before a moment: the
// same SSM did since what it could not have done. last is the time that counts.
func (s *signs) over(l *evidence.Line, last evidence.Window, axis *evidence.Axis) bool {
	then := axis.SSM(l)
	since := func(k sign, of func(*evidence.Line) bool) bool {
		all := evidence.Within(s[k], last, axis.SSM)
		for i := len(all) - 1; i >= 0 && then.Cmp(axis.SSM(all[i])) == evidence.Before; i-- {
			if all[i].Host == l.Host && last.Over(axis.SSM(all[i])) && of(all[i]) {
				return true
			}
		}
		return false
	}
	if any := func(*evidence.Line) bool { return true }; since(stored, any) {
		return true
	} else if says(l, writing) {
		return false
	} else if since(looked, any) {
		return true
	}
	return since(ready, func(r *evidence.Line) bool { return r.Form == l.Form || says(l, ofPart[r.Form]) })
}

// writing are words of what keeps the SSM from storing, and not from looking up.
var writing = words.SayAll("No space left on device", "ENOSPC", "DiskFull", "disk full", "READONLY", "read-only", "MISCONF", "OOM command not allowed")

// ofPart are words with which the application complains of a part.
var ofPart = map[logline.Form][]words.Phrase{logline.Postgres: words.SayAll("PG::", "PostgreSQL"), logline.Redis: words.SayAll("Redis")}

func says(l *evidence.Line, phrases []words.Phrase) bool {
	for _, p := range phrases {
		if p.In(l.Words) {
			return true
		}
	}
	return false
}

// toApplication reports whether nginx hands a line's path to the application, which
// gives tokens below this prefix only.
func toApplication(l *logline.Entry) bool {
	return strings.HasPrefix(strings.TrimPrefix(l.Path.String(), "/"), "backend/")
}

// NotHanded reports whether nginx answered a request by itself: its path leads to no
// application, or the application, which writes to the same log, has no line of it there.
func (r *Request) NotHanded(log *evidence.Log, axis *evidence.Axis) bool {
	if r.Access == nil || r.Rails != nil {
		return false
	}
	at := r.At(axis)
	c := evidence.Coverage{Log: log, Time: evidence.Between(at, at, 2*jitter, 0)} // the application writes first
	return !toApplication(&r.Access.Entry) || c.Saw(evidence.Handled) == evidence.No
}

// Serves keeps that nginx answered somebody. It reports whether the line is kept.
func (c *Case) Serves(ev *event.LogEntry) bool {
	l := evidence.NewLine(ev)
	last := &c.served[signOf(&ev.Entry)]
	if s := *last; s != nil && s.From.Source == l.From.Source && s.PrintedWithin(oftenServed, l) {
		return false
	}
	*last = l
	c.AddSSM(l)
	return true
}
