package audit

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"syncscope/ssh/command"
)

// Journal remembers the processes that we start on hosts, on the disk before
// they begin, so that a later session can find what a killed one left.
type Journal struct {
	path string
	now  func() time.Time
	mu   sync.Mutex
}

// Run is a watchdog that we started.
type Run struct {
	Mark    string    `json:"mark"`
	PID     int       `json:"pid"`
	Ticks   uint64    `json:"start_ticks"` // since Boot, as /proc/PID/stat has it
	Boot    string    `json:"boot"`
	Host    string    `json:"host"`
	HostKey string    `json:"host_key"`
	User    string    `json:"user"`
	Sudo    bool      `json:"sudo,omitempty"`
	Since   time.Time `json:"since"`
	Over    bool      `json:"over,omitempty"` // seen to be gone
}

// OpenJournal keeps the journal in dir, which only its owner may read.
func OpenJournal(dir string, now func() time.Time) (*Journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("%s: %w (make it writable: nothing is started that could not be found again)", dir, err)
	}
	return &Journal{path: filepath.Join(dir, "journal.jsonl"), now: now}, nil
}

// ParseRun reads what a watchdog says of itself: mark, pid, start, boot.
func ParseRun(line string) (Run, error) {
	f := strings.Fields(line)
	if len(f) != 4 || len(f[3]) > 64 {
		return Run{}, fmt.Errorf("the watchdog's first line is not understood (the command was not started)")
	}
	pid, err1 := strconv.Atoi(f[1])
	ticks, err2 := strconv.ParseUint(f[2], 10, 64)
	_, err3 := command.ParseMark(f[0])
	if err1 != nil || err2 != nil || err3 != nil {
		return Run{}, fmt.Errorf("the watchdog's first line is not understood (the command was not started)")
	}
	return Run{Mark: f[0], PID: pid, Ticks: ticks, Boot: f[3]}, nil
}

// Begin writes a run down before it starts.
func (j *Journal) Begin(r Run) error {
	if j == nil {
		return nil
	}
	r.Since = j.now().UTC()
	return j.add(r)
}

// Gone notes that a run was seen to be gone.
func (j *Journal) Gone(r Run) error {
	if j == nil {
		return nil
	}
	r.Over = true
	return j.add(r)
}

func (j *Journal) add(r Run) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(j.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("%s: %w (nothing is started that could not be found again)", j.path, err)
	}
	_, err = f.Write(append(line, '\n'))
	if serr := f.Sync(); err == nil {
		err = serr
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// Open lists the runs on a host that were not seen to be gone. A line that is
// not whole, of a session that died while it wrote, is skipped.
func (j *Journal) Open(host, hostKey string) []Run {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	f, err := os.Open(j.path)
	if err != nil {
		return nil // there was none yet
	}
	defer f.Close()
	type key struct {
		mark string
		pid  int
	}
	at := map[key]int{}
	var all []Run
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		var r Run
		if json.Unmarshal(sc.Bytes(), &r) != nil || r.Host != host || r.HostKey != hostKey {
			continue
		}
		k := key{r.Mark, r.PID}
		if i, ok := at[k]; ok {
			all[i] = r
			continue
		}
		at[k] = len(all)
		all = append(all, r)
	}
	var out []Run
	for _, r := range all {
		if !r.Over {
			out = append(out, r)
		}
	}
	return out
}
