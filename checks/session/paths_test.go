package session_test

import (
	"bytes"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks/report"
	"syncscope/checks/session/offline"
	"syncscope/checks/view"
)

// partLen is how many characters in a row of a secret are a leak.
const partLen = 8

// parts are all runs of partLen characters of the secrets that stand nowhere
// outside a secret in text.
func parts(secrets []string, text []byte) map[string]bool {
	out := map[string]bool{}
	for _, s := range secrets {
		s = strings.TrimPrefix(s, "HEX:")
		text = bytes.ReplaceAll(text, []byte(s), []byte("\n"))
	}
	for _, s := range secrets {
		s = strings.TrimPrefix(s, "HEX:")
		for at := 0; at+partLen <= len(s); at++ {
			if p := s[at : at+partLen]; !bytes.Contains(text, []byte(p)) {
				out[p] = true
			}
		}
	}
	return out
}

// leaked gives the first part that stands in out, as text or as hex.
func leaked(out []byte, parts map[string]bool) string {
	lower := bytes.ToLower(out)
	for at := 0; at+partLen <= len(out); at++ {
		if p := string(out[at : at+partLen]); parts[p] {
			return p
		}
	}
	for p := range parts {
		if h := hex.EncodeToString([]byte(p)); bytes.Contains(lower, []byte(h)) {
			return h
		}
	}
	return ""
}

// Every way in which an analysis leaves the program, for every case with a
// known truth: no part of a secret is in any of them. A new report format is
// in report.Formats, and so in here.
func TestNoSecretOnAnyPath(t *testing.T) {
	for _, path := range cases(t) {
		dir := filepath.Dir(path)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			tr := readTruth(t, path)
			r, err := offline.Analyze(t.Context(), []string{dir}, options(t))
			if err != nil {
				t.Skipf("nothing to read: %v", err)
			}
			var all []byte
			for _, in := range everything(t, dir) {
				data, err := os.ReadFile(in)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, data...)
			}
			secret := parts(tr.Secrets, all)
			paths := map[string]func() ([]byte, error){"plain lines": func() ([]byte, error) { return plainLines(t, dir) }}
			for name, write := range report.Formats {
				paths[name] = func() ([]byte, error) { return written(write, r) }
			}
			paths["summary"] = func() ([]byte, error) {
				return written(func(w io.Writer, r report.Report) error {
					return report.Leave(w, report.Leaving{Report: r, Shown: &view.Update{}})
				}, r)
			}
			for name, write := range paths {
				out, err := write()
				if err != nil || len(out) == 0 {
					t.Errorf("%s: %d bytes, %v", name, len(out), err)
				}
				if p := leaked(out, secret); p != "" {
					t.Errorf("%s: a part of %d characters of a secret is in it", name, len(p))
				}
			}
		})
	}
}

func written(write report.Writer, r report.Report) ([]byte, error) {
	var out bytes.Buffer
	err := write(&out, r)
	return out.Bytes(), err
}

// everything is all files of a case but its truth.
func everything(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(files, func(f string) bool { return filepath.Base(f) == "truth.json" })
}

// plainLines are the events of all inputs, as a run without a terminal
// prints them, with their excerpts: those are what the panes show.
func plainLines(t *testing.T, dir string) ([]byte, error) {
	gate := redact.New()
	var out bytes.Buffer
	files := everything(t, dir)
	for _, name := range files { // as a live run has seen them by its end
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		_, err = capture.Learn(gate, f)
		f.Close()
		if err != nil {
			return nil, err
		}
	}
	for i, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		d := capture.NewDecoder(event.Source{ID: event.SourceID(i + 1)}, gate, func(ev event.Event) {
			out.WriteString(report.Line(ev, "source") + "\n" + ev.Origin().Excerpt.String() + "\n")
		})
		_, _ = d.Write(data) // it never fails
		if err := d.Close(); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// An error that quotes a path or an option shows no escape and no secret.
func TestErrorsAreSafe(t *testing.T) {
	const path = "no-such-\x1b]0;x\x07-client_secret=bm8tc3VjaC1zZWNyZXQtYXQtYWxs"
	_, err := offline.Analyze(t.Context(), []string{path}, options(t))
	if err == nil || strings.ContainsAny(err.Error(), "\x1b\x07\n") || strings.Contains(err.Error(), "bm8tc3Vj") {
		t.Errorf("error: %q", err)
	}
}
