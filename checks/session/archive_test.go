package session_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncscope/checks"
	"syncscope/checks/report"
	"syncscope/checks/session/offline"
)

// attempt is a sign-in that the SSM refuses, as the Manager writes it.
const attempt = `07-Aug-2025 17:29:02,798 IST INFO  [vManage-1] [SmartLicensingIntegrationManager] (default task-42) |default| URL backend/oauth/token
07-Aug-2025 17:29:03,490 IST ERROR [vManage-1] [VmanageRestClient] (default task-42) |default| Failed to process POST request uri: https://10.1.2.3:8443/backend/oauth/token. Code: 403 Message: {"error":"invalid_client","error_description":"Grant not found"}
`

type member struct {
	name, body string
	typ        byte
	link       string
}

func tarGz(t *testing.T, members ...member) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	for _, m := range members {
		h := &tar.Header{Name: m.name, Mode: 0o600, Size: int64(len(m.body)), Typeflag: m.typ, Linkname: m.link}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, m.body); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zipOf(t *testing.T, members ...member) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, m := range members {
		f, err := w.Create(m.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, m.body); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func gz(t *testing.T, body []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// analyzed writes data to a file of that name and reads it.
func analyzed(t *testing.T, name string, data []byte) (report.Report, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return offline.Analyze(t.Context(), []string{path}, options(t))
}

func TestArchives(t *testing.T) {
	log := member{name: "var/log/nms/vmanage-server.log", body: attempt, typ: tar.TypeReg}
	rotated := member{name: "var/log/nms/vmanage-server.log.1.gz", body: string(gz(t, []byte(attempt))), typ: tar.TypeReg}
	for name, c := range map[string]struct {
		data  []byte
		title string
	}{
		"admin-tech.tar.gz": {tarGz(t, log), "admin-tech.tar.gz!var/log/nms/vmanage-server.log"},
		"rotated.tar.gz":    {tarGz(t, rotated), "rotated.tar.gz!var/log/nms/vmanage-server.log.1.gz"},
		"logs.zip":          {zipOf(t, log), "logs.zip!var/log/nms/vmanage-server.log"},
		"zip-in.tar.gz":     {tarGz(t, member{name: "a.zip", body: string(zipOf(t, log)), typ: tar.TypeReg}), "zip-in.tar.gz!a.zip!var/log/nms/vmanage-server.log"},
		"named-by-nobody":   {gz(t, []byte(attempt)), "named-by-nobody"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := analyzed(t, name, c.data)
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Sources) != 1 || !strings.HasSuffix(r.Sources[0].Source.Title.String(), c.title) {
				t.Errorf("sources %v, want %s", r.Sources, c.title)
			}
			if r.Diagnosis.Verdict != checks.Failed {
				t.Errorf("verdict %v", r.Diagnosis.Verdict)
			}
		})
	}
}

// What leads out of an archive, or is no file, is left out with a reason; the
// rest is read all the same.
func TestHostileArchive(t *testing.T) {
	r, err := analyzed(t, "a.tar.gz", tarGz(t,
		member{name: "../../etc/cron.d/x", body: attempt, typ: tar.TypeReg},
		member{name: "/etc/passwd", body: "x", typ: tar.TypeReg},
		member{name: "..\\up", body: "x", typ: tar.TypeReg},
		member{name: "shadow", typ: tar.TypeSymlink, link: "/etc/shadow"},
		member{name: "hard", typ: tar.TypeLink, link: "/etc/shadow"},
		member{name: "dev", typ: tar.TypeBlock},
		member{name: "pipe", typ: tar.TypeFifo},
		member{name: "esc\x1b]0;owned\x07.log", body: attempt, typ: tar.TypeReg},
	))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Sources) != 1 || strings.ContainsAny(r.Sources[0].Source.Title.String(), "\x1b\x07") {
		t.Errorf("sources %v", r.Sources)
	}
	notes := strings.Join(r.Notes, "\n")
	for _, want := range []string{"cron.d/x: has a name that leads out", "/etc/passwd: has a name", "up: has a name", "shadow: is a link", "hard: is a link", "dev: is a link or a device", "pipe: is a link or a device"} {
		if !strings.Contains(notes, want) {
			t.Errorf("no note %q in:\n%s", want, notes)
		}
	}
	var out bytes.Buffer
	if err := report.Text(&out, r); err != nil || bytes.ContainsAny(out.Bytes(), "\x1b\x07") {
		t.Errorf("an escape is in the report (%v)", err)
	}
}

// zeros is a reader of n NUL bytes.
type zeros int64

func (z *zeros) Read(b []byte) (int, error) {
	if *z <= 0 {
		return 0, io.EOF
	}
	n := min(int64(len(b)), int64(*z))
	clear(b[:n])
	*z -= zeros(n)
	return int(n), nil
}

func TestBombIsRefused(t *testing.T) {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	size := zeros(600 << 20)
	if _, err := io.Copy(z, &size); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"bomb.gz":     out.Bytes(),
		"bomb.tar.gz": tarGz(t, member{name: "bomb.gz", body: out.String(), typ: tar.TypeReg}),
		"bomb.zip":    zipOf(t, member{name: "bomb.gz", body: out.String()}),
	} {
		_, err := analyzed(t, name, data)
		if err == nil || !strings.Contains(err.Error(), "unpacks to far more than logs do") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A copy that was cut short is read up to the cut, and said to be cut.
func TestCutArchive(t *testing.T) {
	var text strings.Builder
	for i := range 400 { // a log does not say the same twice
		text.WriteString(strings.ReplaceAll(attempt, " 17:29", fmt.Sprintf(" %02d:%02d", i/60, i%60)))
	}
	whole := gz(t, []byte(text.String()))
	r, err := analyzed(t, "cut.gz", whole[:len(whole)*3/4])
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Sources) != 1 || r.Sources[0].Lines < 100 || len(r.Diagnosis.Attempts) < 50 {
		t.Errorf("sources %v, verdict %v", r.Sources, r.Diagnosis.Verdict)
	}
	if !strings.Contains(strings.Join(r.Notes, " "), "cut.gz: is cut short") {
		t.Errorf("notes %q", r.Notes)
	}
	if _, err := analyzed(t, "junk.gz", whole[:12]); err == nil || !strings.Contains(err.Error(), "junk.gz: is broken") {
		t.Errorf("junk: %v", err)
	}
	if _, err := analyzed(t, "x.xz", []byte("\xfd7zXZ\x00rest")); err == nil || !strings.Contains(err.Error(), "unpack it") {
		t.Errorf("xz: %v", err)
	}
}

// Any bytes in an archive's place end in a report or in one line.
func FuzzArchive(f *testing.F) {
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := analyzed(t, "a", data)
		if err != nil && strings.ContainsAny(err.Error(), "\n\x1b") {
			t.Errorf("not one safe line: %q", err)
		}
	})
}
