package probe

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/logline"
)

// HostTime is a host's own time when it was asked.
type HostTime struct{ time.Time }

// hostTime reads the time that stands in front of a log's lines.
func hostTime(r io.Reader) (HostTime, io.Reader, error) {
	b := bufio.NewReader(r)
	line, err := b.ReadString('\n')
	t, bad := time.Parse("2006-01-02T15:04:05-0700", strings.TrimSpace(line))
	if err != nil || bad != nil {
		return HostTime{}, nil, errors.New("the host's own time was not printed, so the age of a line is not known")
	}
	return HostTime{t}, b, nil
}

// age is how long ago a line was written. A stamp without a zone is the host's
// own time of day; without a year, it is the last one that fits.
func (h HostTime) age(s logline.Stamp) (time.Duration, bool) {
	if s.Time.IsZero() {
		return 0, false
	}
	if s.Zoned && s.Dated {
		return h.Sub(s.Time), true
	}
	_, offset := h.Zone()
	wall := h.UTC().Add(time.Duration(offset) * time.Second)
	at := s.Time
	if !s.Dated {
		at = time.Date(wall.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
		if at.Sub(wall) > 24*time.Hour {
			at = at.AddDate(-1, 0, 0)
		}
	}
	return wall.Sub(at), true
}

// lately is how far back refused sign-ins count: what locks an account counts
// them over some such time.
const lately = time.Hour

// refusals tells how often each user's sign-in was refused in the last hour:
// before anybody says that Sync is to be pressed again.
func refusals(now HostTime, lines []event.LogEntry) []Outcome {
	const name = "sign-ins"
	refused, good := map[string]int{}, 0
	form := logline.Rails // names no user
	if slices.ContainsFunc(lines, func(l event.LogEntry) bool { return l.Form == logline.NginxAccess }) {
		form = logline.NginxAccess
	}
	for _, l := range lines {
		if l.Form != form || !strings.Contains(l.Path.String(), "oauth/token") {
			continue
		}
		age, ok := now.age(l.Stamp)
		switch {
		case !ok || age > lately || age < -lately:
		case l.Status < 300:
			good++
		case l.Status >= 400 && l.Status < 500:
			refused[cmp.Or(l.User.String(), "a user that is not named")]++
		}
	}
	if len(refused) == 0 {
		return one(name, Pass, fmt.Sprintf("none refused in the last hour, %d granted, as far as the log's last 4 MB tell", good))
	}
	var each []string
	for _, user := range slices.Sorted(maps.Keys(refused)) {
		each = append(each, fmt.Sprintf("%s (%d)", user, refused[user]))
	}
	return one(name, Warn, fmt.Sprintf("refused in the last hour: %s; %d granted. More tries may lock the account: find the cause before Sync is pressed again", strings.Join(each, ", "), good))
}

// contained reports whether one of the SSM's containers wrote a line: the host's
// own programs, chronyd among them, synchronise other things.
func contained(l event.LogEntry) bool {
	id := l.Program.String()
	return len(id) == 12 && strings.Trim(id, "0123456789abcdef") == ""
}

// What a line says of a synchronisation with Cisco. How an SSM words it is not
// published, so only literal words count.
var (
	failedWords = []string{"fail", "error", "unable", "not synchroni", "required", "timed out", "could not"}
	goodWords   = []string{"success", "completed", "is complete"}
)

// synchronised tells when the SSM last synchronised with Cisco, as far as its log
// says so.
func synchronised(now HostTime, lines []event.LogEntry) []Outcome {
	const name = "SSM sync to Cisco"
	good, bad := time.Duration(-1), time.Duration(-1)
	for _, l := range lines {
		text := strings.ToLower(l.Message.String())
		age, ok := now.age(l.Stamp)
		has := func(words []string) bool {
			return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
		}
		switch {
		case !ok || !contained(l):
		case has(failedWords):
			bad = age
		case has(goodWords):
			good = age
		}
	}
	switch {
	case good >= 0 && (bad < 0 || good < bad):
		return one(name, Pass, "the last good one was "+roughly(good)+" ago, by its log")
	case bad >= 0 && good >= 0:
		return one(name, Warn, fmt.Sprintf("failed %s ago, by its log; the last good one was %s ago", roughly(bad), roughly(good)))
	case bad >= 0:
		return one(name, Warn, "failed "+roughly(bad)+" ago, by its log; it names no good one")
	}
	return one(name, NotNeeded, "its log does not name one (see its admin page: Synchronization); a sign-in does not need it")
}
