package capture_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/redact"
)

// texts are all that a source's events say, in order.
func texts(t testing.TB, gate *redact.Session, chunks ...[]byte) string {
	t.Helper()
	var out strings.Builder
	d := capture.NewDecoder(event.Source{ID: 1}, gate, func(ev event.Event) {
		doc, err := json.Marshal(ev)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%T %s\n", ev, doc)
	})
	for _, c := range chunks {
		_, _ = d.Write(c)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// secretCases are the texts of redaction.json and their secrets.
func secretCases(t testing.TB) (all []struct {
	Name, Text string
	Secrets    []string
}) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "shared", "cases", "redaction.json"))
	if err != nil {
		t.Skip("../shared/cases is not beside this checkout")
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// However a stream is split, the events are the same, and none holds a secret.
func TestSplitsLeakNothing(t *testing.T) {
	var all []byte
	var secrets []string
	for _, c := range secretCases(t) {
		all = append(append(all, c.Text...), '\n')
		secrets = append(secrets, c.Secrets...)
	}
	key := []byte("test")
	want := texts(t, redact.NewWithKey(key), all)
	// Every split gives these same events, so that what is not here is in none.
	rest := string(all)
	for _, s := range secrets {
		rest = strings.ReplaceAll(rest, s, "\x00")
	}
	parts := 0
	for _, s := range secrets {
		for i := 0; i+8 <= len(s) && !strings.HasPrefix(s, "HEX:"); i++ {
			if part := s[i : i+8]; !strings.Contains(rest, part) {
				parts++
				if strings.Contains(want, part) {
					t.Errorf("eight characters of a secret of %d are in an event", len(s))
				}
			}
		}
	}
	if parts < 1000 {
		t.Errorf("only %d parts were looked for", parts)
	}
	r := rand.New(rand.NewPCG(1, 2))
	rounds, step := 300, 97
	if os.Getenv("SYNCSCOPE_LONG") != "" {
		rounds, step = 10_000, 1
	}
	for at := 0; at <= len(all); at += step {
		if texts(t, redact.NewWithKey(key), all[:at], all[at:]) != want {
			t.Fatalf("split at %d: other events", at)
		}
	}
	for range rounds {
		var chunks [][]byte
		for rest := all; len(rest) > 0; {
			n := min(len(rest), 1+r.IntN(1<<r.IntN(12)))
			chunks, rest = append(chunks, rest[:n]), rest[n:]
		}
		if texts(t, redact.NewWithKey(key), chunks...) != want {
			t.Fatalf("%d chunks: other events", len(chunks))
		}
	}
}

// A secret that straddles the place where a line is cut leaves nothing.
func TestCutLinesLeakNothing(t *testing.T) {
	const secret = "k9X_2mVb-7RtQpLs4WnYc1HdEgJf0UaZo5TiKr8Mx3Bv6NqCwDyPhGsFlAeRuJt-"
	const head = "13-Jan-2023 17:29:02,798 IST INFO [n] [C] (t) |default| "
	for over := -70; over < 90; over++ {
		fill := strings.Repeat("x ", (64<<10-len(head)-40+over)/2)
		out := texts(t, redact.NewWithKey([]byte("test")), []byte(head+fill+"&client_secret="+secret+"&username=u\n"+head+"next\n"))
		for i := 0; i+8 <= len(secret); i++ {
			if strings.Contains(out, secret[i:i+8]) {
				t.Fatalf("at %d: %s is readable", over, secret[i:i+8])
			}
		}
		if !strings.Contains(out, "next") {
			t.Fatal("the next line is missing")
		}
	}
}

// A line of 64 MB passes in bounded memory, and is marked as cut.
func TestHugeLineIsCut(t *testing.T) {
	var before, after runtime.MemStats
	chunk := bytes.Repeat([]byte("client_secret="), 1<<16/14)
	cut := false
	d := capture.NewDecoder(event.Source{Kind: event.SSMMessages}, redact.New(), func(ev event.Event) {
		if e, ok := ev.(event.LogEntry); ok {
			cut = e.Cut && strings.Contains(e.Excerpt.String(), "cut after 64 KB")
		}
	})
	_, _ = d.Write([]byte("Jan 13 11:17:01 SSM-On-Prem nginx: "))
	runtime.ReadMemStats(&before)
	for range 1 << 10 {
		_, _ = d.Write(chunk)
	}
	_, _ = d.Write([]byte("\nend\n"))
	runtime.ReadMemStats(&after)
	if !cut {
		t.Error("the line is not marked")
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 32<<20 {
		t.Errorf("it took %d MB", took>>20)
	}
}
