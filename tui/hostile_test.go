package tui

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/vt"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks/view"
	"syncscope/tui/terminal"
)

// wire is the terminal: an emulator behind the guard, and what went to it.
type wire struct {
	mu    sync.Mutex
	guard terminal.Guard
	em    *vt.Emulator
	sent  bytes.Buffer
}

func (w *wire) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := w.guard.Pass(p)
	w.sent.Write(out)
	// Without a tty the renderer ends lines with a bare newline.
	_, _ = w.em.Write(bytes.ReplaceAll(out, []byte("\n"), []byte("\r\n")))
	return len(p), nil
}

func (w *wire) lines() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Split(w.em.String(), "\n")
}

// hostile are the bytes of ../shared's table.
func hostile(t *testing.T) [][]byte {
	f, err := os.Open(filepath.Join("..", "..", "shared", "cases", "hostile-strings.tsv"))
	if err != nil {
		t.Skip("the table of hostile strings is not there: ", err)
	}
	defer f.Close()
	var out [][]byte
	for in := bufio.NewScanner(f); in.Scan(); {
		if _, text, ok := strings.Cut(in.Text(), "\t"); ok && !strings.HasPrefix(in.Text(), "#") {
			b, err := hex.DecodeString(text)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, b)
		}
	}
	return out
}

// random is a line that means ill: pieces of escapes between pieces of text.
func random(r *rand.Rand, known [][]byte) []byte {
	pieces := []string{"\x1b[", "\x1b]52;c;", "\x1bP", "\x9b", "\u009b31m", "\u009d52;c;x\u009c", "\x07", "\r", "\b\b", "\u202e", "\u200d", "한국어", "مرحبا", "👩‍👩‍👧", "\x1b[2J", "\x1b[?1049l", "e\u0301", "\U000e0041", "\xff\xfe", "text ", "403 ", "│", "\t"}
	var b []byte
	for range 1 + r.IntN(8) {
		switch r.IntN(3) {
		case 0:
			b = append(b, known[r.IntN(len(known))]...)
		case 1:
			b = append(b, pieces[r.IntN(len(pieces))]...)
		default:
			for range r.IntN(6) {
				b = append(b, byte(r.Uint32()))
			}
		}
	}
	return bytes.ReplaceAll(b, []byte("\n"), []byte(" "))
}

// ours are the sequences that the renderer itself sends.
var ours = regexp.MustCompile("\x1b\\[[?>=<]?[0-9;:]*[ $]?[A-Za-z@`]|\x1b\\]2;(?:syncscope)?\x07|\x1b[78M]")

// Whatever a log holds, the frame stays whole and no byte of it steers the
// terminal: through decoder, gate, panes, renderer and guard into an emulator.
func TestHostileStringsEndToEnd(t *testing.T) {
	known := hostile(t)
	texts := append([][]byte(nil), known...)
	n := 5_000
	if os.Getenv("SYNCSCOPE_LONG") != "" {
		n = 100_000
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range n {
		texts = append(texts, random(r, known))
	}
	const w, h = 120, 40
	out := &wire{em: vt.NewEmulator(w, h)}
	go io.Copy(io.Discard, out.em)
	updates := make(chan view.Update)
	p := tea.NewProgram(New(Options{Updates: updates}), tea.WithInput(nil), tea.WithOutput(out), tea.WithWindowSize(w, h), tea.WithFPS(120),
		tea.WithColorProfile(colorprofile.TrueColor), tea.WithEnvironment([]string{"TERM=xterm-256color"}), tea.WithoutSignalHandler())
	done := make(chan error, 1)
	go func() { _, err := p.Run(); done <- err }()
	p.Send(tea.KeyPressMsg{Code: tea.KeyTab})

	gate := redact.New()
	var events []event.Event
	dec := capture.NewDecoder(event.Source{ID: 1, Title: redact.Literal("log")}, gate, func(ev event.Event) { events = append(events, ev) })
	batch := 0
	for len(texts) > 0 {
		const each = 200
		batch++
		events = nil
		for _, text := range texts[:min(each, len(texts))] {
			fmt.Fprintf(dec, "13-Jan-2023 17:29:03,490 IST ERROR [um8] [RestAPIClient] (task-24) |default| %s\n", text)
		}
		texts = texts[min(each, len(texts)):]
		end := fmt.Sprintf("batch-%06d", batch)
		fmt.Fprintf(dec, "13-Jan-2023 17:29:03,490 IST INFO  [um8] [RestAPIClient] (task-24) |default| %s\n", end)
		fmt.Fprintf(dec, "13-Jan-2023 17:29:04,490 IST INFO  [um8] [RestAPIClient] (task-24) |default| held\n")
		updates <- view.Update{Shown: -1, Events: events, Sources: []view.SourceStatus{{Source: event.Source{ID: 1, Kind: event.ManagerLog}, State: event.Following}}}
		whole(t, out, end)
	}
	p.Quit()
	if err := <-done; err != nil {
		t.Error(err)
	}
	rest := ours.ReplaceAll(out.sent.Bytes(), nil)
	if i := bytes.IndexByte(rest, 0x1b); i >= 0 {
		t.Errorf("a sequence that is not ours: %q", rest[i:min(len(rest), i+40)])
	}
	for _, c := range string(rest) {
		if c < 0x20 && c != '\r' && c != '\n' && c != '\b' && c != '\t' || c >= 0x7f && c < 0xa0 {
			t.Fatalf("control %U on the wire", c)
		}
	}
	if out.guard.Dropped > 0 {
		t.Errorf("%d sequences reached the guard: the gate or a pane let them through", out.guard.Dropped)
	}
	t.Logf("%d strings, %d bytes on the wire", n+len(known), out.sent.Len())
}

// whole waits for a frame with the text, and looks at its borders.
func whole(t *testing.T, out *wire, text string) {
	t.Helper()
	var lines []string
	for limit := time.Now().Add(10 * time.Second); time.Now().Before(limit); time.Sleep(5 * time.Millisecond) {
		if lines = out.lines(); strings.Contains(strings.Join(lines, "\n"), text) {
			break
		}
	}
	all := strings.Join(lines, "\n")
	if !strings.Contains(all, text) {
		t.Fatalf("no frame with %s:\n%s", text, all)
	}
	for y, l := range lines {
		if top := strings.HasPrefix(l, "┌"); top != (strings.HasSuffix(strings.TrimRight(l, " "), "┐") && y > 5) && y > 5 {
			t.Fatalf("line %d is broken: %q\n%s", y, l, all)
		}
		if strings.HasPrefix(l, "│") && !strings.HasSuffix(strings.TrimRight(l, " "), "│") {
			t.Fatalf("line %d lost its border: %q\n%s", y, l, all)
		}
	}
	if !strings.Contains(lines[0], "syncscope") || !strings.Contains(lines[len(lines)-1], "quit") {
		t.Fatalf("head or foot is gone:\n%s", all)
	}
}

// What is not ours does not pass, in whatever pieces it is written.
func TestGuard(t *testing.T) {
	for in, want := range map[string]string{
		"plain ✓ 한국어\r\n":                 "plain ✓ 한국어\r\n",
		"\x1b[38;2;1;2;3mred\x1b[m":       "\x1b[38;2;1;2;3mred\x1b[m",
		"a\x1b]8;;http://x\x1b\\b":        "ab",
		"a\x1b]52;c;eA==\x07b":            "a\x1b]52;c;eA==\x07b",
		"\x1bPtmux;\x1b\x1b]52;c;x\x07":   "\x1bPtmux;\x1b\x1b]52;c;x\x07",
		"a\x1b_Gf=1;AAAA\x1b\\b":          "ab",
		"a\u009b31mb\x07c\x7f":            "a31mbc",
		"a\x1bcb":                         "ab",
		"\x1b[?1049h\x1b[?2026$p\x1b[>4m": "\x1b[?1049h\x1b[?2026$p\x1b[>4m",
	} {
		var g, whole terminal.Guard
		var got []byte
		for i := range len(in) {
			got = append(got, g.Pass([]byte{in[i]})...)
		}
		if string(got) != want {
			t.Errorf("%q in pieces: %q, want %q", in, got, want)
		}
		if got := whole.Pass([]byte(in)); string(got) != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
