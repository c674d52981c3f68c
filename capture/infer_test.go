package capture_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/redact"
)

// conns gives a capture's connections as they stood at its end, by their ends
// and their number on the same ports.
func conns(t *testing.T, r io.Reader) map[string]event.Connection {
	t.Helper()
	last := map[handshake.ID]event.Connection{}
	d := capture.NewDecoder(event.Source{ID: 1}, redact.NewWithKey([]byte("tokens that repeat")), func(ev event.Event) {
		if s, ok := ev.(event.Segment); ok {
			last[s.Conn.ID] = s.Conn
		}
	})
	if _, err := io.Copy(d, r); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	out := map[string]event.Connection{}
	for id := handshake.ID(1); int(id) <= len(last); id++ {
		c := last[id]
		key := fmt.Sprintf("%v %v", c.Client, c.Server)
		for n := 2; ; n++ {
			if _, taken := out[key]; !taken {
				break
			}
			key = fmt.Sprintf("%v %v #%d", c.Client, c.Server, n)
		}
		out[key] = c
	}
	return out
}

// What the lengths tell is what the bytes say: the version, whether the client
// took the certificate, and who sent an alert in clear.
func TestInferredIsSeen(t *testing.T) {
	name := "../../shared/corpus/bench/bench-30k.pcap"
	data, err := os.ReadFile(name)
	if err != nil {
		t.Skip("../shared/corpus is not beside this checkout")
	}
	path, err := exec.LookPath("tcpdump")
	if err != nil {
		t.Skip("tcpdump is not installed")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	text, err := exec.CommandContext(ctx, path, "-nn", "-vv", "-r", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	seen, inferred := conns(t, bytes.NewReader(data)), conns(t, bytes.NewReader(text))
	if len(seen) != len(inferred) {
		t.Fatalf("%d connections in the capture, %d in its text", len(seen), len(inferred))
	}
	type score struct{ told, right, untold int }
	var version, done, alert score
	count := func(s *score, told, right, could bool) {
		switch {
		case told && right:
			s.told, s.right = s.told+1, s.right+1
		case told:
			s.told++
		case could:
			s.untold++
		}
	}
	finished := func(c event.Connection) bool {
		return c.TLS.Stage.Is() == handshake.TLSFinished || c.TLS.Stage.Is() == handshake.TLSApplicationData
	}
	shown, clear := 0, 0
	for key, want := range seen {
		got, ok := inferred[key]
		if !ok || want.MidStream || want.TLS.Stage.Basis() != handshake.BasisSeen {
			continue
		}
		if got.TLS.Stage.Basis() == handshake.BasisSeen {
			t.Fatalf("%s: a text has no bytes, and its TLS is called seen", key)
		}
		count(&version, got.TLS.Version.Is() != 0, got.TLS.Version.Is() == want.TLS.Version.Is(), want.TLS.Server != nil)
		if got.TLS.Version.Is() == 0 && want.TLS.Server != nil && got.TLS.Stage.Is() == handshake.TLSAlert {
			clear++ // seven bytes of alert are of any version
		}
		count(&done, finished(got), finished(want), finished(want))
		count(&alert, got.Trouble.AlertBy.Is() != handshake.Nobody, got.Trouble.AlertBy.Is() == want.Trouble.AlertBy.Is(), want.Trouble.AlertBy.Is() != handshake.Nobody)
		if (got.TLS.Version.Is() != 0 && got.TLS.Version.Is() != want.TLS.Version.Is() || finished(got) != finished(want) || got.Trouble.AlertBy.Is() != want.Trouble.AlertBy.Is()) && shown < 30 {
			shown++
			t.Logf("%s: inferred version %#x stage %d alert by %d (hello %d, answer %d, %s), seen %#x %d %d", key, got.TLS.Version.Is(), got.TLS.Stage.Is(), got.Trouble.AlertBy.Is(), got.TLS.Hello, got.TLS.Answer, got.TLS.Suite, want.TLS.Version.Is(), want.TLS.Stage.Is(), want.Trouble.AlertBy.Is())
		}
	}
	t.Logf("%d of the versions that are not told are of an alert in clear", clear)
	if rest := version.untold - clear; rest*20 > version.told+rest {
		t.Errorf("version: %d are not told, though no alert in clear hides them; %d are", rest, version.told)
	}
	for _, s := range []struct {
		name string
		score
	}{{"version", version}, {"finished", done}, {"alert", alert}} {
		t.Logf("%s: %d told, %d of them right; %d not told", s.name, s.told, s.right, s.untold)
		if s.right*1000 < s.told*990 {
			t.Errorf("%s: only %d of %d are right", s.name, s.right, s.told)
		}
	}
}
