package offline

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks/diagnose"
	"syncscope/checks/rule"
)

// ending is a context that has ended from the last look at it on.
type ending struct {
	context.Context
	looks *atomic.Int64
	last  int64
}

func (e ending) Err() error {
	if e.looks.Add(1) >= e.last {
		return context.Canceled
	}
	return nil
}

// Wherever the context ends, what runs comes back with its error by itself and
// gives no part of a report. Every step looks at it: opening, learning,
// reading, in step too, unpacking, joining and judging.
func TestEveryStepLooksAtTheContext(t *testing.T) {
	const dir = "../../../../shared/cases/grant-not-found"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("../shared is not there")
	}
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	defer SetInStep(longLog, chunkBytes)()
	for _, paths := range [][]string{{dir}, {dir}, {asZip(t, dir)}, {filepath.Join(dir, "capture.pcap")}} {
		run := func(last int64) (int64, error) {
			var looks atomic.Int64
			r, err := analyze(ending{t.Context(), &looks, last}, paths, Options{Gate: redact.New(), Rules: rules})
			if err != nil && (len(r.Sources) > 0 || len(r.Diagnosis.Attempts) > 0) {
				t.Errorf("%s: a part of a report with the error %v", paths[0], err)
			}
			return looks.Load(), err
		}
		least := len(rules) // each rule that is tried looks
		if filepath.Ext(paths[0]) == ".pcap" {
			none := rule.NewSet(rules).Search(slices.Values([]*event.LogEntry(nil)), nil)
			least = len(none.Candidates(false))
		}
		all, err := run(1 << 40)
		if err != nil || least == 0 || all < int64(least) {
			t.Fatalf("%s: %d looks, %v", paths[0], all, err)
		}
		for last := int64(1); last <= all; last += 1 + all/60 {
			if _, err := run(last); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: the context ended at look %d of %d: %v", paths[0], last, all, err)
			}
		}
		SetInStep(0, 1<<10) // from the second run on
	}
}

// asZip is a folder as an archive.
func asZip(t *testing.T, dir string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	name := filepath.Join(t.TempDir(), "case.zip")
	if err := errors.Join(w.AddFS(os.DirFS(dir)), w.Close(), os.WriteFile(name, out.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	return name
}

// What cannot be interrupted is left behind; what ends in time gives its result.
func TestInterruptible(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	never := make(chan struct{})
	defer close(never)
	time.AfterFunc(time.Millisecond, cancel)
	begun := time.Now()
	if _, err := Interruptible(ctx, func() (int, error) { <-never; return 1, nil }); !errors.Is(err, context.Canceled) || time.Since(begun) > time.Second {
		t.Errorf("after %v: %v", time.Since(begun), err)
	}
	if n, err := Interruptible(ctx, func() (int, error) { return 2, nil }); n != 2 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}
