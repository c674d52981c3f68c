package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"
	"github.com/rogpeppe/go-internal/testscript"

	"syncscope/ssh/command"
	"syncscope/ssh/lab"
	"syncscope/tui"
)

// asProgram makes the test's binary the program: for tests that need its
// process.
const asProgram = "SYNCSCOPE_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(run(os.Args[1:]))
	}
	testscript.Main(m, map[string]func(){
		"syncscope": func() { os.Exit(run(os.Args[1:])) },
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:  filepath.Join(".ci", "script"),
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"nosecret": nosecret},
		Setup: func(env *testscript.Env) error {
			cases, err := filepath.Abs(filepath.Join("..", "shared", "cases"))
			if err != nil {
				return err
			}
			env.Setenv("CASES", cases)
			env.Setenv("HOME", env.WorkDir)
			return startLab(env)
		},
		Condition: func(cond string) (bool, error) {
			_, err := os.Stat(filepath.Join("..", "shared", "cases"))
			return cond == "cases" && err == nil, nil
		},
	})
}

// startLab gives a script simulated hosts to log in to, with an attempt of ten
// minutes ago in their logs, and a program that knows their passwords.
func startLab(env *testscript.Env) error {
	l, err := lab.Start(context.Background(), lab.Options{Scenario: "grant-not-found", Past: 10 * time.Minute})
	if err != nil {
		return err
	}
	env.Defer(func() { _ = l.Close() })
	env.Setenv("MANAGER", l.Manager().User+"@"+l.Manager().Addr)
	env.Setenv("SSM", l.SSM().User+"@"+l.SSM().Addr)
	env.Setenv("SSH_ASKPASS_REQUIRE", "force")
	files := map[string]string{
		"known_hosts": l.Manager().KnownHostsLine() + "\n" + l.SSM().KnownHostsLine() + "\n",
		// The Manager's address with the SSM's key, and the other way round.
		"changed_hosts": swapped(l.Manager(), l.SSM()),
		"askpass":       fmt.Sprintf("#!/bin/sh\ncase \"$1\" in *%s*) echo '%s';; *) echo '%s';; esac\n", l.Manager().Addr, l.Manager().Password, l.SSM().Password),
		"wrongpass":     "#!/bin/sh\necho nonsense\n",
		"secrets":       strings.Join(l.Secrets(), "\n") + "\n",
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(env.WorkDir, name), []byte(data), 0o700); err != nil {
			return err
		}
	}
	return nil
}

func swapped(a, b lab.Host) string {
	a.Key, b.Key = b.Key, a.Key
	return a.KnownHostsLine() + "\n" + b.KnownHostsLine() + "\n"
}

// nosecret fails if a file of the script's folder or the last output holds one
// of the secrets that the script's hosts used.
func nosecret(ts *testscript.TestScript, _ bool, args []string) {
	secrets := strings.Fields(ts.ReadFile("secrets"))
	for _, name := range args {
		text := ts.ReadFile(name)
		for _, s := range secrets {
			if strings.Contains(text, s) {
				ts.Fatalf("%s holds a secret of %d characters", name, len(s))
			}
		}
	}
}

// The README's key table is the key map.
func TestREADMEHasTheKeys(t *testing.T) {
	var table strings.Builder
	table.WriteString("| key | does |\n|---|---|\n")
	for _, row := range tui.KeyTable() {
		fmt.Fprintf(&table, "| %s | %s |\n", strings.ReplaceAll(row[0], "|", "\\|"), row[1])
	}
	inREADME(t, "tui/keys.go; a test compares them -->\n", "<!-- /keys -->", table.String())
}

// The README's table of what runs on hosts is the closed list.
func TestREADMEHasTheCommands(t *testing.T) {
	var table strings.Builder
	table.WriteString("| where | command | why | cost |\n|---|---|---|---|\n")
	for _, c := range command.All() {
		var where []string
		for _, w := range c.Where {
			where = append(where, w.String())
		}
		fmt.Fprintf(&table, "| %s | `%s` | %s | %s |\n", strings.Join(where, ", "), strings.ReplaceAll(c.Shape, "|", "\\|"), c.Reason, c.Cost)
	}
	inREADME(t, "ssh/command; a test compares them -->\n", "<!-- /commands -->", table.String())
}

// inREADME compares what stands between two places of the README. With
// SYNCSCOPE_UPDATE=1 it writes it there.
func inREADME(t *testing.T, from, to, want string) {
	t.Helper()
	data, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok1 := strings.Cut(string(data), from)
	old, tail, ok2 := strings.Cut(rest, to)
	switch {
	case !ok1 || !ok2:
		t.Fatalf("README.md has no place for it: %q to %q", from, to)
	case old == want:
	case os.Getenv("SYNCSCOPE_UPDATE") != "":
		if err := os.WriteFile("README.md", []byte(head+from+want+to+tail), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("README.md has another table (SYNCSCOPE_UPDATE=1 writes it):\n%s", want)
	}
}

// allowed is the one direction: each package and what of ours it may import.
// "x/*" means x's children.
var allowed = map[string][]string{
	".":                 {"*"},
	"checks":            {"capture", "capture/redact", "assets"},
	"checks/session":    {"ssh", "ssh/command", "capture", "capture/*", "checks", "checks/probe", "checks/report"},
	"checks/probe":      {"checks", "capture", "capture/redact", "ssh/command"},
	"checks/report":     {"checks", "capture", "capture/redact", "capture/recording", "assets"},
	"tui":               {"checks", "capture", "capture/redact", "tui/theme", "tui/pane"},
	"tui/pane":          {"checks", "capture", "capture/redact", "tui/theme"},
	"tui/theme":         {},
	"capture":           {"capture/*"},
	"capture/recording": {"capture", "capture/redact", "capture/packet"},
	"capture/redact":    {},
	"capture/packet":    {},
	"capture/*":         {"capture/redact", "capture/packet"},
	"ssh":               {"ssh/command", "capture/redact"},
	"ssh/lab":           {"assets", "capture/packet", "capture/tcpdump"},
	"ssh/command":       {},
	"assets":            {},
}

// foreign are other people's packages that only some of ours may import.
var foreign = map[string][]string{
	"charm.land/":             {"tui", "tui/pane", "tui/theme", "."},
	"golang.org/x/crypto/ssh": {"ssh", "ssh/lab"},
}

type source struct {
	dir  string // slash-separated, "." for the root
	name string
	file *ast.File
}

// sources parses every Go file of the module that is not a test.
func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	fset := token.NewFileSet()
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && p != "." || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(fset, p, nil, parser.ParseComments)
		out = append(out, source{filepath.ToSlash(filepath.Dir(p)), p, f})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestImportsGoOneWay(t *testing.T) {
	for _, s := range sources(t) {
		for _, spec := range s.file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if ours, ok := strings.CutPrefix(imported, "syncscope/"); ok && !mayImport(s.dir, ours) {
				t.Errorf("%s imports %s: not in the table of permitted imports", s.name, ours)
			}
			for prefix, dirs := range foreign {
				if strings.HasPrefix(imported, prefix) && !slices.Contains(dirs, s.dir) {
					t.Errorf("%s imports %s: only %v may", s.name, imported, dirs)
				}
			}
		}
	}
}

func mayImport(dir, ours string) bool {
	rules, ok := allowed[dir]
	if !ok {
		rules, ok = allowed[path.Dir(dir)+"/*"]
	}
	if !ok {
		return false
	}
	// capture knows its leaves, but a recording knows capture.
	if dir == "capture" && ours == "capture/recording" {
		return false
	}
	return slices.ContainsFunc(rules, func(r string) bool {
		return r == "*" || r == ours || strings.HasSuffix(r, "/*") && path.Dir(ours) == strings.TrimSuffix(r, "/*")
	})
}

// The table itself must be able to say no.
func TestImportTableRefuses(t *testing.T) {
	for _, arrow := range [][2]string{
		{"capture", "capture/recording"}, {"capture/logline", "capture"}, {"checks", "ssh"}, {"tui", "ssh"},
		{"ssh", "capture"}, {"capture/redact", "capture/packet"}, {"newcomer", "capture"}, {"ssh/lab", "ssh"},
	} {
		if mayImport(arrow[0], arrow[1]) {
			t.Errorf("%s → %s is permitted", arrow[0], arrow[1])
		}
	}
}

func TestEveryPackageSaysWhatComesInAndGoesOut(t *testing.T) {
	docs := map[string]string{}
	for _, s := range sources(t) {
		docs[s.dir] += s.file.Doc.Text()
	}
	for dir, doc := range docs {
		folded := strings.ToLower(strings.Join(strings.Fields(doc), " "))
		if !strings.Contains(folded, "comes in") || !strings.Contains(folded, "goes out") {
			t.Errorf("%s: its package doc does not say what comes in and what goes out", dir)
		}
	}
}

func TestNoPackageIsADrawer(t *testing.T) {
	for _, s := range sources(t) {
		switch path.Base(s.dir) {
		case "util", "utils", "common", "helpers", "types", "internal":
			t.Errorf("%s: a package's name says what it is for", s.dir)
		}
	}
}

func TestTopLevel(t *testing.T) {
	known := []string{"main.go", "main_test.go", "assets", "ssh", "capture", "checks", "tui", "go.mod", "go.sum", "README.md", "CHANGELOG.md", "LICENSE"}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(known, e.Name()) && e.Name() != "syncscope" {
			t.Errorf("%s: not one of the top level's names", e.Name())
		}
	}
}

// A live run keeps the passwords it was given in memory only: neither its
// command line nor its environment has them, no file that it writes does, nor
// what it says when it is made to crash.
func TestNoSecretOutsideMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("/proc is Linux's")
	}
	l, err := lab.Start(t.Context(), lab.Options{Scenario: "grant-not-found", Past: 10 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	home := t.TempDir()
	askpass := filepath.Join(t.TempDir(), "askpass") // outside of what is scanned: it has to know them
	script := fmt.Sprintf("#!/bin/sh\ncase \"$1\" in *%s*) echo '%s';; *) echo '%s';; esac\n", l.Manager().Addr, l.Manager().Password, l.SSM().Password)
	known := l.Manager().KnownHostsLine() + "\n" + l.SSM().KnownHostsLine() + "\n"
	for name, data := range map[string]string{askpass: script, filepath.Join(home, ".ssh", "known_hosts"): known} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(data), 0o700)); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(os.Args[0], "live", "--manager", l.Manager().User+"@"+l.Manager().Addr, "--ssm", l.SSM().User+"@"+l.SSM().Addr, "--duration", "60s")
	cmd.Env = append(os.Environ(), asProgram+"=1", "HOME="+home, "TMPDIR="+home, "XDG_STATE_HOME="+home+"/state", "XDG_CONFIG_HOME="+home+"/config",
		"XDG_CACHE_HOME="+home+"/cache", "SSH_ASKPASS="+askpass, "SSH_ASKPASS_REQUIRE=force", "SSH_AUTH_SOCK=")
	said, err := os.Create(filepath.Join(home, "said"))
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, said.Name(), "403")
	proc := fmt.Sprintf("/proc/%d/", cmd.Process.Pid)
	for _, name := range []string{"cmdline", "environ"} {
		data, err := os.ReadFile(proc + name)
		if err != nil {
			t.Logf("%s: %v (not dumpable: nobody but root reads it)", name, err)
		}
		nosecretIn(t, l, name, data)
	}
	if err := cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was made to crash
	waitFor(t, said.Name(), "it crashed")
	crashes := 0
	err = filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		nosecretIn(t, l, path, data)
		if strings.HasPrefix(d.Name(), "crash-") {
			crashes++
		}
		if info, ierr := d.Info(); ierr == nil && strings.Contains(path, "syncscope") && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", d.Name(), info.Mode())
		}
		return err
	})
	if err != nil || crashes != 1 {
		t.Errorf("%d crash files, %v", crashes, err)
	}
}

// nosecretIn fails if data holds 8 characters in a row of a secret, but for
// the first four of a client ID, which are shown on purpose.
func nosecretIn(t *testing.T, l *lab.Lab, name string, data []byte) {
	t.Helper()
	for _, s := range l.Secrets() {
		for at := 0; at+8 <= len(s); at++ {
			if bytes.Contains(data, []byte(s[at:at+8])) {
				t.Errorf("%s holds a part of a secret of %d characters", filepath.Base(name), len(s))
				break
			}
		}
	}
}

// waitFor waits until a file holds a word.
func waitFor(t *testing.T, name, word string) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if data, err := os.ReadFile(name); err == nil && bytes.Contains(data, []byte(word)) {
			return
		}
	}
	data, _ := os.ReadFile(name)
	t.Fatalf("%q does not come; so far:\n%s", word, data)
}

// A live run told to end leaves the screen and says, behind the verdict, which
// files it wrote, what ran on the hosts and that nothing runs there any more.
func TestSummaryOfALiveRun(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("its terminal is Linux's")
	}
	l, err := lab.Start(t.Context(), lab.Options{Scenario: "grant-not-found", Past: 10 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	home := t.TempDir()
	if err := errors.Join(os.Mkdir(filepath.Join(home, ".ssh"), 0o700), os.WriteFile(filepath.Join(home, ".ssh", "known_hosts"), []byte(l.Manager().KnownHostsLine()+"\n"+l.SSM().KnownHostsLine()+"\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "live", "--manager", l.Manager().User+"@"+l.Manager().Addr, "--ssm", l.SSM().User+"@"+l.SSM().Addr)
	cmd.Env = append(os.Environ(), asProgram+"=1", "TERM=xterm-256color", "HOME="+home, "XDG_STATE_HOME="+home+"/state", "XDG_CONFIG_HOME="+home, "SSH_AUTH_SOCK=")
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		t.Skip("no terminal can be made: ", err)
	}
	defer tty.Close()
	var shown bytes.Buffer
	var mu sync.Mutex
	over := make(chan struct{})
	go func() {
		defer close(over)
		for buf := make([]byte, 32<<10); ; {
			n, err := tty.Read(buf)
			mu.Lock()
			shown.Write(buf[:n])
			mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	drawn := func() string { // ctrl+l draws all of the screen
		mu.Lock()
		shown.Reset()
		mu.Unlock()
		_, _ = tty.WriteString("\x0c")
		time.Sleep(300 * time.Millisecond)
		mu.Lock()
		defer mu.Unlock()
		return ansi.Strip(shown.String())
	}
	left := []lab.Host{l.Manager(), l.SSM()} // a question at a time
	for end := time.Now().Add(time.Minute); len(left) > 0 && time.Now().Before(end); {
		left = slices.DeleteFunc(left, func(h lab.Host) bool {
			if !regexp.MustCompile(`host +\S+@` + regexp.QuoteMeta(h.Addr)).MatchString(drawn()) {
				return false
			}
			_, err := tty.WriteString(h.Password + "\r")
			return err == nil
		})
	}
	// Both passwords were read then: the terminal itself echoes what comes when the screen has left it.
	for end := time.Now().Add(30 * time.Second); !strings.Contains(drawn(), "confirmed by 2 logs"); {
		if time.Now().After(end) {
			t.Fatalf("no verdict by both logs: %s", drawn())
		}
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-over
	_ = cmd.Wait()
	text := shown.String()
	_, text, _ = strings.Cut(text, "\x1b[?1049l")
	for _, want := range []string{"✗ FAIL", "Seen ", "what was sent " + home + "/state/syncscope/audit/", "What ran: ", "nothing of ours runs"} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), strings.TrimSpace(want)) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	nosecretIn(t, l, "the summary", []byte(text))
}

// signalled is one kind of input that a signal may interrupt.
type signalled struct {
	name  string
	args  []string
	stdin func(w io.Writer) // what it writes before it waits; nil: there is no standard input
	out   bool              // nobody reads standard output
}

// The moment that a signal comes at makes no difference: analyze ends at once
// with 130, or was over and has its own code.
func TestSignalsEndAnalyze(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process gets no such signals there")
	}
	const runs = 100
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	kinds := signalKinds(t)
	var took []time.Duration
	early := 0
	for n := range runs {
		kind := kinds[n%len(kinds)]
		sig := []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}[rnd.IntN(3)]
		after := time.Duration(rnd.Int64N(int64(500 * time.Millisecond)))
		code, d, text := kind.interrupt(t, sig, after)
		switch {
		case strings.Contains(text, "goroutine "), strings.Count(text, "\n") > 1:
			t.Errorf("%s, %v after %v: %s", kind.name, sig, after, text)
		case code == -1 && after < 250*time.Millisecond: // it had not begun to catch signals
			early++
		case code == exitInterrupted:
			took = append(took, d)
		case code != exitOK && code != exitFound && code != exitInconclusive, kind.stdin != nil, kind.out:
			t.Errorf("%s, %v after %v: exit code %d: %s", kind.name, sig, after, code, text)
		}
	}
	slices.Sort(took)
	if len(took) < runs/4 || early > runs/3 {
		t.Fatalf("%d of %d runs were interrupted, %d before they had begun", len(took), runs, early)
	}
	t.Logf("%d interrupted: median %v, last %v; %d before they had begun", len(took), took[len(took)/2], took[len(took)-1], early)
	if took[len(took)/2] > 100*time.Millisecond {
		t.Error("half of them need more than 0.1 s to end")
	}
}

// interrupt starts a run, sends it a signal and gives its exit code (-1: the
// signal killed it), how long it went on and what it said on standard error.
func (k *signalled) interrupt(t *testing.T, sig syscall.Signal, after time.Duration) (code int, d time.Duration, text string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], k.args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	var said bytes.Buffer
	cmd.Stderr = &said
	if k.out {
		unread, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer unread.Close()
		defer w.Close()
		cmd.Stdout = w
	}
	if k.stdin != nil {
		w, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		go k.stdin(w)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	over := make(chan error, 1)
	go func() { over <- cmd.Wait() }()
	time.Sleep(after)
	sent := time.Now()
	_ = cmd.Process.Signal(sig) // it may be over
	select {
	case <-over:
	case <-time.After(10 * time.Second):
		_ = cmd.Process.Signal(syscall.SIGQUIT)
		<-over
		t.Errorf("%s, %v after %v: it hangs", k.name, sig, after)
	}
	return cmd.ProcessState.ExitCode(), time.Since(sent), said.String()
}

// signalKinds writes inputs of each kind: a log with more attempts than are
// judged in a second, a capture, an archive of both, and pipes that stay open.
func signalKinds(t *testing.T) []signalled {
	t.Helper()
	dir := t.TempDir()
	log, frames, packed := filepath.Join(dir, "messages"), filepath.Join(dir, "capture.pcap"), filepath.Join(dir, "both.tar.gz")
	files := map[string][]byte{log: troubledLog(3000), frames: synCapture(60_000)}
	for name, data := range files {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	for name, data := range files {
		err := w.WriteHeader(&tar.Header{Name: filepath.Base(name), Size: int64(len(data)), Mode: 0o600})
		if _, err2 := w.Write(data); err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
	}
	if err := errors.Join(w.Close(), z.Close(), os.WriteFile(packed, out.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	write := func(name string) func(io.Writer) { return func(w io.Writer) { _, _ = w.Write(files[name]) } }
	return []signalled{
		{name: "log", args: []string{"analyze", log}},
		{name: "capture", args: []string{"analyze", frames, frames, frames}},
		{name: "archive", args: []string{"analyze", packed}},
		{name: "log on a pipe", args: []string{"analyze", "-"}, stdin: write(log)},
		{name: "capture on a pipe", args: []string{"analyze", "-"}, stdin: write(frames)},
		{name: "nobody reads the report", args: []string{"analyze", "--privacy", "--format", "json", frames}, out: true},
	}
}

// troubledLog is an SSM's log of n refused sign-ins with its Redis in trouble
// between them.
func troubledLog(n int) []byte {
	var b bytes.Buffer
	at := time.Date(2023, 1, 13, 0, 0, 0, 0, time.UTC)
	for i := range n {
		at = at.Add(20 * time.Second)
		head := at.Format("Jan _2 15:04:05") + " ssm-onprem "
		fmt.Fprintf(&b, "%snginx: 10.66.76.85 - - [%s] \"POST /backend/oauth/token?grant_type=password&client_id=made-up-client-%d HTTP/1.1\" 403 121 \"-\" \"Apache-HttpClient/4.5\"\n", head, at.Format("02/Jan/2006:15:04:05 -0700"), i%7)
		for range 4 {
			fmt.Fprintf(&b, "%sredis: 1:M 13 Jan 2023 00:00:01.000 # Can't save in background: fork: Cannot allocate memory\n", head)
		}
	}
	return b.Bytes()
}

// synCapture is a capture of n SYNs of as many connections that nobody answers.
func synCapture(n int) []byte {
	b := []byte{0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0}
	for i := range n {
		b = append(b, byte(i), byte(i>>8), 0xc1, 0x63, 0, 0, 0, 0, 54, 0, 0, 0, 54, 0, 0, 0)
		b = append(b, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0)
		b = append(b, 0x45, 0, 0, 40, byte(i>>8), byte(i), 0x40, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2)
		b = append(b, byte(i>>8)|0x80, byte(i), 8443>>8, 8443&0xff, 0, byte(i>>16), byte(i>>8), byte(i), 0, 0, 0, 0, 0x50, 2, 0xfa, 0xf0, 0, 0, 0, 0)
	}
	return b
}

// Whoever waits at a terminal is told how far analyze is, and finds nothing of
// it left behind.
func TestStatusOnATerminal(t *testing.T) {
	cmd := exec.Command(os.Args[0], "analyze", "-")
	cmd.Env = append(os.Environ(), asProgram+"=1")
	master, tty, err := pty.Open()
	if err != nil {
		t.Skip("no terminal can be made: ", err)
	}
	defer master.Close()
	_ = pty.Setsize(master, &pty.Winsize{Rows: 24, Cols: 40}) // a terminal without a size has 80 columns
	var report bytes.Buffer
	cmd.Stdout, cmd.Stderr = &report, tty
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	tty.Close()
	quiet := strings.Repeat("Jan 13 12:15:06 ssm-onprem systemd[1]: Started Session 7 of user root.\n", 40_000)
	if _, err := io.WriteString(in, quiet); err != nil {
		t.Fatal(err)
	}
	shown := make(chan string, 1)
	go func() {
		all, _ := io.ReadAll(master) // it ends with an error where the terminal does
		shown <- string(all)
	}()
	time.Sleep(2 * time.Second)
	in.Close()
	_ = cmd.Wait() // it found a cause, or none
	text := <-shown
	lines := strings.Split(text, "\r")
	if !strings.Contains(text, "standard input: 2 MB") || strings.Contains(text, "\n") || len(lines) < 3 {
		t.Fatalf("%q", text)
	}
	for _, line := range lines {
		if ansi.StringWidth(line) > 39 {
			t.Errorf("%q is too wide", line)
		}
	}
	if last := lines[len(lines)-2]; strings.TrimSpace(last) != "" || lines[len(lines)-1] != "" || report.Len() == 0 {
		t.Errorf("%q is left, %d bytes of a report", last, report.Len())
	}
}
