package audit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	boot   = "5b1fd1c4-9a0e-4a0a-8a8e-0123456789ab"
	marked = "syncscope-wd-0123456789abcdef"
)

// A run is in the journal of its host from its beginning until it was seen to be gone,
// also behind a line that a session which died did not finish.
func TestJournal(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "state")
	at := time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC)
	j, err := OpenJournal(dir, func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	if got := j.Open("h:22", "k"); got != nil {
		t.Errorf("an empty journal has %v", got)
	}
	r, err := ParseRun(marked + " 4711 123456 " + boot)
	if err != nil {
		t.Fatal(err)
	}
	r.Host, r.HostKey, r.User = "h:22", "k", "u"
	other := r
	other.PID = 4712
	for _, run := range []Run{r, other} {
		if err := j.Begin(run); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.OpenFile(filepath.Join(dir, "journal.jsonl"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = f.WriteString(`{"mark":"syncsc` + "\n") // what Begin writes later is whole
	_ = f.Close()
	if got := j.Open("h:22", "k"); len(got) != 2 || got[0].PID != 4711 || !got[0].Since.Equal(at) || got[0].Boot != boot {
		t.Errorf("%+v", got)
	}
	if got := append(j.Open("h:22", "another key"), j.Open("another", "k")...); len(got) != 0 {
		t.Errorf("another host has %v", got)
	}
	if err := j.Gone(r); err != nil {
		t.Fatal(err)
	}
	if got := j.Open("h:22", "k"); len(got) != 1 || got[0].PID != 4712 {
		t.Errorf("one is gone: %+v", got)
	}
	for _, line := range []string{"", marked + " 1 2", marked + " x 2 " + boot, marked + " 1 x " + boot, "other-wd 1 2 " + boot, marked + " 1 2 " + strings.Repeat("b", 65), marked + " 1 2 " + boot + " more"} {
		if r, err := ParseRun(line); err == nil {
			t.Errorf("%q is taken for %+v", line, r)
		}
	}
	var none *Journal
	if none.Begin(r) != nil || none.Gone(r) != nil || none.Open("h:22", "k") != nil {
		t.Error("no journal does something")
	}
}

// Where nothing can be written down, nothing is started.
func TestAJournalThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenJournal(filepath.Join(file, "state"), time.Now); err == nil || !strings.Contains(err.Error(), "make it writable") {
		t.Error(err)
	}
	dir := t.TempDir()
	j, err := OpenJournal(dir, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "journal.jsonl"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := j.Begin(Run{}); err == nil || !strings.Contains(err.Error(), "nothing is started") {
		t.Error(err)
	}
}
