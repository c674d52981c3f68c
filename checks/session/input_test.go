package session_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncscope/checks"
	"syncscope/checks/report"
	"syncscope/checks/session/offline"
)

// badInputs writes one of everything that cannot be read or placed, or only in
// part, and gives what is said of each.
func badInputs(t *testing.T, dir string) map[string]string {
	t.Helper()
	long := strings.Repeat(attempt, 400)
	bad := gz(t, []byte(long))
	middle := bytes.Clone(bad)
	for i := len(middle) / 2; i < len(middle)/2+20; i++ {
		middle[i] ^= 0x5a
	}
	members := zipOf(t, member{name: "a.log", body: long}, member{name: "b.log", body: attempt})
	copy(members[60:], "this is not what was packed")
	torn := tarGz(t, member{name: "a.log", body: attempt, typ: tar.TypeReg}, member{name: "b.log", body: long, typ: tar.TypeReg})
	for name, data := range map[string][]byte{
		"empty.log": nil, "notes.txt": []byte("just some prose\n"), "head.gz": bad[:6], "middle.gz": middle, "members.zip": members,
		"torn.tar.gz": torn[:len(torn)/2], "other.xz": []byte("\xfd7zXZ\x00 and so on"), "bomb.gz": gz(t, make([]byte, 300<<20)),
		"headless.pcap": []byte("\xd4\xc3\xb2\xa1\x02\x00"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{
		"missing.log": "no such file or folder", "empty.log": "is empty", "notes.txt": "is nothing that is known", "folder": "holds no files",
		"notes.txt/below": "cannot be read", "head.gz": "is broken", "middle.gz": "is cut short or broken", "members.zip": "is broken",
		"torn.tar.gz": "is cut short or broken", "other.xz": "cannot be read here", "bomb.gz": "far more than logs do", "headless.pcap": "",
	}
	if exec.Command("mkfifo", filepath.Join(dir, "pipe")).Run() == nil {
		out["pipe"] = "is empty"
	}
	if locked := filepath.Join(dir, "locked.log"); os.Geteuid() > 0 {
		if err := os.WriteFile(locked, nil, 0); err != nil {
			t.Fatal(err)
		}
		out["locked.log"] = "permission denied"
	}
	return out
}

// What cannot be read or placed is named and does not stop the run: not beside
// a good file, not before it, not in a folder with it. Alone, it is an error.
func TestABadInputDoesNotStopTheRun(t *testing.T) {
	good := filepath.Join(t.TempDir(), "vmanage-server.log")
	if err := os.WriteFile(good, []byte(attempt), 0o600); err != nil {
		t.Fatal(err)
	}
	want, err := offline.Analyze(t.Context(), []string{good}, options(t))
	if err != nil || want.Diagnosis.Verdict == checks.NoAttempt {
		t.Fatal(want.Diagnosis.Verdict, err)
	}
	dir := t.TempDir()
	all := []string{good}
	for name, says := range badInputs(t, dir) {
		path := filepath.Join(dir, name)
		all = append(all, path)
		for _, paths := range [][]string{{good, path}, {path, good}} {
			r, err := offline.Analyze(t.Context(), paths, options(t))
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			named(t, r, name, says, want.Diagnosis.Verdict)
		}
		r, err := offline.Analyze(t.Context(), []string{path}, options(t))
		var bad *offline.InputError
		if err == nil && len(r.Sources) == 0 || err != nil && (!errors.As(err, &bad) || strings.Count(err.Error(), "\n") > 0 || !strings.Contains(err.Error(), says)) {
			t.Errorf("%s alone: %v", name, err)
		}
	}
	r, err := offline.Analyze(t.Context(), all, options(t))
	if err != nil || len(r.Notes) < len(all)-1 {
		t.Errorf("all at once: %v, notes %q", err, r.Notes)
	}
	if err := os.Rename(good, filepath.Join(dir, "good.log")); err != nil {
		t.Fatal(err)
	}
	r, err = offline.Analyze(t.Context(), []string{dir}, options(t))
	if err != nil || len(r.Unread) > 0 {
		t.Fatalf("a folder: %v, %q", err, r.Unread)
	}
	named(t, r, "notes.txt", "is nothing that is known", r.Diagnosis.Verdict)
}

// named fails unless the report goes on and names an input with what is wrong.
func named(t *testing.T, r report.Report, name, says string, v checks.Verdict) {
	t.Helper()
	if len(r.Sources) == 1 && r.Diagnosis.Verdict != v || len(r.Sources) == 0 { // more: a part of it was read
		t.Errorf("%s: verdict %v of %d sources", name, r.Diagnosis.Verdict, len(r.Sources))
	}
	for _, n := range r.Notes {
		if strings.Contains(n, name) && strings.Contains(n, says) {
			return
		}
	}
	t.Errorf("%s: notes %q", name, r.Notes)
}

// Nothing to read is an error of one line, not a panic.
func TestNoPath(t *testing.T) {
	for _, paths := range [][]string{nil, {}} {
		if _, err := offline.Analyze(t.Context(), paths, options(t)); !errors.Is(err, offline.ErrNoPath) || !strings.HasPrefix(err.Error(), "analyze: ") {
			t.Errorf("%v", err)
		}
	}
}

// A broken file of a zip leaves the others.
func TestBrokenZipMember(t *testing.T) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range []string{"a.log", "b.log"} {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if _, werr := io.WriteString(f, attempt); err != nil || werr != nil {
			t.Fatal(err, werr)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data := out.Bytes()
	data[bytes.Index(data, []byte("URL"))]++ // its checksum is wrong
	r, err := analyzed(t, "logs.zip", data)
	if err != nil || !strings.Contains(fmt.Sprint(r.Notes), "a.log: is cut short or broken") {
		t.Fatalf("%v, notes %q", err, r.Notes)
	}
	if n := len(r.Sources); n != 2 || !strings.HasSuffix(r.Sources[1].Source.Title.String(), "b.log") {
		t.Errorf("%d sources", n)
	}
}

// A pipe is read as standard input is: twice, though it gives its bytes once.
func TestPipesAndStandardInput(t *testing.T) {
	o := options(t)
	o.Stdin = strings.NewReader(attempt)
	r, err := offline.Analyze(t.Context(), []string{"-", "-"}, o)
	if err != nil || len(r.Sources) != 1 || len(r.Diagnosis.Attempts) != 1 {
		t.Errorf("standard input: %v, %d sources", err, len(r.Sources))
	}
	path := filepath.Join(t.TempDir(), "pipe")
	if err := exec.Command("mkfifo", path).Run(); err != nil {
		t.Skip("no pipe with a name can be made: ", err)
	}
	go func() {
		time.Sleep(100 * time.Millisecond) // it is waited for
		_ = os.WriteFile(path, []byte(attempt), 0)
	}()
	r, err = offline.Analyze(t.Context(), []string{path}, options(t))
	if err != nil || len(r.Sources) != 1 || len(r.Diagnosis.Attempts) != 1 {
		t.Errorf("a pipe: %v, %d sources", err, len(r.Sources))
	}
}
