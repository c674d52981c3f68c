package session

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/diagnose"
	"syncscope/checks/view"
	"syncscope/ssh/follow"
)

// slowLog gives its end, and no more than that in time.
type slowLog struct {
	end   string
	whole bool
	found *follow.Found // what its host finds; nil: it cannot search
	asked []int64
}

func (l *slowLog) Backlog(_ context.Context, n int64) (io.Reader, bool, error) {
	if l.asked = append(l.asked, n); n > historyFirst {
		return nil, false, errors.New("no answer in time")
	}
	return strings.NewReader(l.end), l.whole, nil
}

func (l *slowLog) Search(context.Context) (follow.Found, error) {
	if l.found == nil {
		return follow.Found{}, errors.New("grep: command not found")
	}
	return *l.found, nil
}

const (
	workedRow = "24-Nov-2026 09:00:00,100 UTC INFO [m] [SmartLicensingIntegrationManager] (default task-46) |default| Smart Account user authenticated successfully\n" +
		"24-Nov-2026 09:00:00,200 UTC INFO [m] [SmartLicensingIntegrationManager] (default task-46) |default| Sync Licenses and Refresh Devices completed\n"
	quietRow   = "24-Nov-2026 10:00:05,100 UTC INFO [m] [DeviceStatsManager] (Thread-7) |default| Stats collection cycle completed\n"
	refusedRow = "24-Nov-2026 10:00:00,100 UTC ERROR [m] [SmartLicensingIntegrationRestfulResource] (default task-47) |default| Smart Account User Authentication failed.\n"
)

// What a smaller read brought is kept where a larger one fails; a host that can
// search is not asked for a larger one; an attempt in the log's end is enough if it
// went well, or if it is there when it last did.
func TestWhatCameIsKept(t *testing.T) {
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		log   *slowLog
		asked int
		want  string
	}{
		"the host cannot search":       {&slowLog{end: quietRow}, 2, quietRow},
		"the host finds it":            {&slowLog{end: quietRow, found: &follow.Found{Text: []byte(refusedRow), Lines: 1}}, 1, refusedRow + quietRow},
		"the host finds nothing":       {&slowLog{end: quietRow, found: &follow.Found{}}, 1, quietRow},
		"the host has no time for it":  {&slowLog{end: quietRow, found: &follow.Found{Text: []byte(quietRow), Lines: 1, Short: true}}, 2, quietRow + quietRow},
		"a young log, an old attempt":  {&slowLog{end: quietRow, whole: true, found: &follow.Found{Text: []byte(refusedRow), Lines: 1}}, 1, refusedRow + quietRow},
		"a young log, and no search":   {&slowLog{end: quietRow, whole: true}, 1, quietRow},
		"it failed, and worked before": {&slowLog{end: refusedRow, found: &follow.Found{Text: []byte(workedRow), Lines: 1}}, 1, workedRow + refusedRow},
		"it failed, and no search":     {&slowLog{end: refusedRow}, 1, refusedRow},
		"it failed, the end tells all": {&slowLog{end: workedRow + refusedRow, found: &follow.Found{Text: []byte(quietRow)}}, 1, workedRow + refusedRow},
		"it works":                     {&slowLog{end: workedRow, found: &follow.Found{Text: []byte(quietRow)}}, 1, workedRow},
	} {
		l := &Live{}
		l.cfg.Rules, l.cfg.Gate = rules, redact.New()
		l.words = diagnose.NewEngine(rules, l.cfg.Peer).Words()
		s := &source{run: l, src: event.Source{Kind: event.ManagerLog}}
		if p := s.readPast(t.Context(), tt.log); !bytes.Equal(p.text(), []byte(tt.want)) || len(tt.log.asked) != tt.asked {
			t.Errorf("%s: %d reads, %q", name, len(tt.log.asked), p.text())
		}
	}
}

// While nothing is seen, it is said what is waited for, how long that may be, and where
// to press.
func TestWaitingSaysWhatFor(t *testing.T) {
	for peer, want := range map[string]string{"": "call to the SSM", "10.1.2.3:8443": "call to 10.1.2.3:8443"} {
		u := view.Update{Header: view.Header{Peer: peer}}
		(&Live{}).advise(&u)
		for _, part := range []string{want, "up to 24 h", "License Management › Sync Licenses and Refresh Devices"} {
			if !strings.Contains(u.Hint, part) {
				t.Errorf("%q is not in %q", part, u.Hint)
			}
		}
	}
	u := view.Update{Attempts: []checks.Attempt{{}}}
	if (&Live{}).advise(&u); u.Hint != "" {
		t.Errorf("an attempt is there: %q", u.Hint)
	}
}

// A search that found nothing is told where it did not look at all: without that, no
// attempt would seem to be there.
func TestASearchTellsWhatItDidNotLookAt(t *testing.T) {
	s := &source{run: &Live{}}
	s.run.cfg.Gate = redact.New()
	s.run.cfg.Now = time.Now
	for name, tt := range map[string]struct {
		found follow.Found
		want  string
	}{
		"no search, or all of it": {follow.Found{}, ""},
		"no time":                 {follow.Found{Short: true}, "a search on the host found nothing of a sync; then the log's last 1 KB; its time was over before all was looked at"},
		"lines, no time": {follow.Found{Lines: 2, Files: []string{"/var/log/messages"}, Short: true},
			"a search on the host found 2 lines (messages): what is about a sync, and one line of each three minutes; then the log's last 1 KB; its time was over before all was looked at"},
	} {
		mark, ok := pastText{end: make([]byte, 1024), found: tt.found}.note(s)
		if ok != (tt.want != "") || mark.Text.String() != tt.want {
			t.Errorf("%s: %q", name, mark.Text)
		}
	}
}
