package session_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncscope/checks/report"
	"syncscope/checks/session/offline"
	"syncscope/checks/view"
)

// citedShapes are shapes of secrets, to stand in a line that a verdict cites.
func citedShapes(t *testing.T) map[string]struct {
	Text    string
	Secrets []string
} {
	t.Helper()
	out := map[string]struct {
		Text    string
		Secrets []string
	}{}
	const secret, password = "k9X_2mVb-7RtQpLs4WnYc1HdEgJf0UaZo5TiKr8Mx3Bv6NqCwDyPhGsFlAeRuJt7", "Velvet7Qz9Kp4w"
	data, err := os.ReadFile("../../capture/redact/testdata/templates.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if !strings.HasPrefix(l, "# ") {
			out[l] = struct {
				Text    string
				Secrets []string
			}{strings.NewReplacer("<S>", secret, "<P>", password, "<H>", hex.EncodeToString([]byte(password)), "⏎", "\n").Replace(l), []string{secret, password}}
		}
	}
	samples := filepath.Join(sharedCases, "..", "redaction-shapes")
	data, err = os.ReadFile(filepath.Join(samples, "secrets.json"))
	if err != nil {
		return out // the shapes of our own stand for them
	}
	var truth map[string]struct {
		Secrets []string
		Keyed   bool
	}
	if err := json.Unmarshal(data, &truth); err != nil {
		t.Fatal(err)
	}
	for name, tt := range truth {
		text, err := os.ReadFile(filepath.Join(samples, name+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		if tt.Keyed && !bytes.ContainsAny(text, "\x00") { // a log is in one encoding
			out[name] = struct {
				Text    string
				Secrets []string
			}{string(text), tt.Secrets}
		}
	}
	return out
}

// A shape of a secret in the very line that the verdict cites: it is on no path out
// of the program, and the verdict is the one without it.
func TestShapesInACitedLine(t *testing.T) {
	dir := filepath.Join(sharedCases, "conn-refused")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("../shared/cases is not beside this checkout")
	}
	const log, at, mark = "vmanage-server.log", "failed: Connection refused\n", " CITED "
	whole, err := os.ReadFile(filepath.Join(dir, log))
	if err != nil {
		t.Fatal(err)
	}
	line := bytes.Index(whole, []byte(at))
	if line < 0 {
		t.Fatal("the case has no such line")
	}
	line += len(at) - 1
	cited := 0
	want, _ := citing(t, dir, log, whole)
	shapes := citedShapes(t)
	for name, s := range shapes {
		text := strings.TrimRight(s.Text, "\n")
		if strings.Contains(text, "\n") { // of several lines: they follow, each on its own
			text = "\n" + text
		}
		changed := append(append(bytes.Clone(whole[:line]), mark+text...), whole[line:]...)
		headline, outputs := citing(t, dir, log, changed)
		if headline != want {
			t.Errorf("%s: the verdict is %q, and without it %q", name, headline, want)
		}
		secret := parts(s.Secrets, changed)
		for path, out := range outputs {
			if p := leaked(out, secret); p != "" {
				t.Errorf("%s: %s: a part of %d characters of a secret is in it", name, path, len(p))
			}
		}
		if bytes.Contains(outputs["text"], []byte(mark)) {
			cited++
		}
	}
	t.Logf("%d shapes, %d in the cited line of the text", len(shapes), cited)
	if 2*cited < len(shapes) {
		t.Errorf("only %d of %d were cited", cited, len(shapes))
	}
}

// citing analyses a case with another log: its headline, and every way out.
func citing(t *testing.T, dir, log string, changed []byte) (headline string, outputs map[string][]byte) {
	t.Helper()
	to := t.TempDir()
	for _, name := range []string{"check-curl.txt", "tcpdump.txt", "messages"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(to, name), data)
	}
	put(t, filepath.Join(to, log), changed)
	r, err := offline.Analyze(t.Context(), []string{to}, options(t))
	if err != nil {
		t.Fatal(err)
	}
	outputs = map[string][]byte{}
	ways := map[string]report.Writer{"summary": func(w io.Writer, r report.Report) error {
		return report.Leave(w, report.Leaving{Report: r, Shown: &view.Update{}})
	}}
	for name, way := range report.Formats {
		ways[name] = way
	}
	for name, way := range ways {
		if outputs[name], err = written(way, r); err != nil {
			t.Fatal(err)
		}
	}
	if outputs["plain lines"], err = plainLines(t, to); err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(outputs["text"]), "\n")
	return first, outputs
}

const sharedCases = "../../../shared/cases"

func put(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
