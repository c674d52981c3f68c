package session_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncscope/checks/report"
	"syncscope/checks/session/offline"
)

// told are the times in a report's JSON.
type told struct {
	Attempts []struct{ Start, End string }
	Findings []struct{ Evidence []evidence }
	Stages   []struct{ Evidence []evidence }
}

type evidence struct {
	Packet   int
	Time     string
	TimeText string `json:"time_text"`
}

func timesOf(t *testing.T, path string) (out told) {
	t.Helper()
	r, err := offline.Analyze(t.Context(), []string{path}, options(t))
	if err != nil {
		t.Fatal(err)
	}
	var doc bytes.Buffer
	if err := report.JSON(&doc, r); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(doc.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// A binary capture knows date and zone: its attempts and its evidence have them.
// The listing of the same packets has the time of day in the Manager's zone,
// which is off by quarters of an hour.
func TestTimesOfACapture(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/cases/*/capture.pcap") // the pattern is well formed
	attempts, cited := 0, 0
	for _, path := range files {
		listing := filepath.Join(filepath.Dir(path), "tcpdump.txt")
		if _, err := os.Stat(listing); err != nil {
			continue
		}
		binary, text := timesOf(t, path), timesOf(t, listing)
		for i, a := range binary.Attempts {
			for _, s := range []string{a.Start, a.End} {
				if at, err := time.Parse(time.RFC3339Nano, s); err != nil || at.Year() < 2000 || !strings.HasSuffix(s, "Z") {
					t.Errorf("%s: an attempt at %q: %v", path, s, err)
				}
			}
			attempts++
			if len(text.Attempts) != len(binary.Attempts) || len(text.Attempts[i].Start) != len("15:04:05.000000") {
				continue // the listing has -x, or none of it
			}
			at, _ := time.Parse(time.RFC3339Nano, a.Start)
			day, err := time.Parse("15:04:05.000000", text.Attempts[i].Start)
			if err != nil || at.Sub(at.Truncate(15*time.Minute)) != day.Sub(day.Truncate(15*time.Minute)) {
				t.Errorf("%s: attempt %d began at %s, the listing says %s", path, i, a.Start, text.Attempts[i].Start)
			}
		}
		for _, s := range append(binary.Findings, binary.Stages...) {
			for _, e := range s.Evidence {
				if at, err := time.Parse(time.RFC3339Nano, e.Time); e.Packet > 0 && (err != nil || e.TimeText != at.Format("15:04:05.000000")) {
					t.Errorf("%s: packet %d is cited at %q, %q", path, e.Packet, e.Time, e.TimeText)
				}
				cited++
			}
		}
	}
	if attempts == 0 || cited == 0 {
		t.Skip("../shared is not there")
	}
}
