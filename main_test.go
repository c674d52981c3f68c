package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
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
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/adrg/xdg"
	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/pflag"

	"syncscope/checks/session"
	"syncscope/checks/view"
	"syncscope/ssh/command"
	"syncscope/ssh/lab"
	"syncscope/tui"
	"syncscope/tui/keys"
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
	for _, row := range keys.Table() {
		fmt.Fprintf(&table, "| %s | %s |\n", strings.ReplaceAll(row[0], "|", "\\|"), row[1])
	}
	inREADME(t, "tui/keys; a test compares them -->\n", "<!-- /keys -->", table.String())
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

// leaves decode one thing each and know nothing of one another, but for packets.
var leaves = []string{"capture/cliout", "capture/dialect", "capture/handshake", "capture/logline", "capture/packet", "capture/pcap", "capture/stream", "capture/tcpdump"}

// withLeaves is a row of the import table that may import the leaves too.
func withLeaves(more ...string) []string { return slices.Concat(leaves, more) }

// allowed is the one direction: each package and what of ours it may import.
// "x/*" means x's children, not theirs.
var allowed = map[string][]string{
	".":                      {"*"},
	"assets":                 {},
	"ssh/command":            {},
	"capture/input":          {},
	"capture/redact":         {"capture/redact/cmdline", "capture/redact/script"}, // they know nothing of the gate
	"capture/packet":         {},
	"tui/theme":              {},
	"capture/*":              {"capture/redact", "capture/packet"},
	"capture/logline":        {"capture/redact", "capture/logline/words"},
	"capture/logline/words":  {"capture/redact"},
	"capture/event":          withLeaves("capture/logline/words", "capture/redact"),
	"capture":                withLeaves("capture/logline/words", "capture/event", "capture/input", "capture/redact"),
	"capture/recording":      withLeaves("capture/event", "capture/redact"),
	"ssh":                    {"capture/redact", "ssh/command"},
	"ssh/audit":              {"ssh/command"},
	"ssh/login":              {"ssh", "ssh/audit", "capture/redact"},
	"ssh/shell":              {"ssh", "ssh/login", "ssh/audit", "ssh/command", "capture/redact"},
	"ssh/follow":             {"ssh", "ssh/shell", "ssh/command", "capture/redact"},
	"ssh/profile":            {"ssh", "ssh/login"},
	"ssh/lab":                {"assets", "capture/packet", "capture/tcpdump"},
	"ssh/lab/testbed":        {},
	"checks":                 {"capture/event", "capture/handshake", "capture/logline", "assets"},
	"checks/view":            {"checks", "capture/event", "capture/handshake", "capture/logline", "capture/redact"},
	"checks/rule":            {"checks", "capture/event", "capture/cliout", "capture/logline", "capture/logline/words", "assets"},
	"checks/evidence":        withLeaves("capture/logline/words", "checks", "capture", "capture/event", "capture/redact"),                    // capture: its packets, until the issue of the wire
	"checks/attempt":         withLeaves("capture/logline/words", "checks", "checks/evidence", "capture", "capture/event", "capture/redact"), // capture: a packet that is cited, until the issue of the wire
	"checks/fact":            withLeaves("capture/logline/words", "checks", "checks/evidence", "checks/attempt", "capture", "capture/event", "capture/redact"),
	"checks/diagnose":        {"checks", "checks/evidence", "checks/attempt", "checks/fact", "checks/rule", "capture", "capture/event", "capture/cliout", "capture/handshake", "capture/logline", "capture/logline/words", "capture/packet", "capture/redact"},
	"checks/probe":           {"checks", "capture", "capture/event", "capture/cliout", "capture/logline", "capture/redact", "ssh/command"},
	"checks/report":          {"checks", "checks/view", "checks/rule", "capture/event", "capture/handshake", "capture/packet", "capture/redact", "assets"},
	"checks/report/ask":      {"checks", "checks/report", "capture/event", "capture/handshake", "assets"},
	"checks/session/byhand":  {"checks", "ssh/command"},
	"checks/session/names":   {"checks", "checks/view", "checks/report", "capture/event", "capture/handshake", "capture/logline", "capture/redact"},
	"checks/session/feed":    {"checks", "checks/view", "checks/diagnose", "capture/event", "capture/handshake", "capture/logline", "capture/redact"},
	"checks/session/offline": {"checks", "checks/view", "checks/rule", "checks/diagnose", "checks/report", "checks/session/names", "capture", "capture/event", "capture/pcap", "capture/redact"}, // pcap: a capture in a pipe has no lines to hold
	"checks/session":         {"ssh", "ssh/audit", "ssh/command", "ssh/follow", "ssh/login", "ssh/profile", "ssh/shell", "capture", "capture/*", "capture/logline/words", "checks", "checks/*", "checks/session/*"},
	"tui/terminal":           {"capture/redact"},
	"tui/keys":               {},
	"tui/overlay":            {"checks", "checks/view", "capture/event", "capture/redact", "tui/theme", "tui/keys", "tui/pane"},
	"tui/pane":               {"checks", "checks/view", "capture/event", "capture/handshake", "capture/logline", "capture/packet", "capture/redact", "tui/theme"},
	"tui":                    {"checks", "checks/view", "capture/event", "capture/handshake", "capture/logline", "capture/packet", "capture/redact", "tui/theme", "tui/terminal", "tui/keys", "tui/pane", "tui/overlay"},
}

// foreign are other people's packages that only some of ours may import.
var foreign = map[string][]string{
	"charm.land/":             {"tui", "tui/overlay", "tui/pane", "tui/terminal", "tui/theme", "."},
	"golang.org/x/crypto/ssh": {"ssh/login", "ssh/shell", "ssh/lab"},
	"text/template":           {}, // it finds methods by name, so that the linker keeps every exported one
	"html/template":           {},
}

type source struct {
	dir   string // slash-separated, "." for the root
	name  string
	file  *ast.File
	lines int
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
		if err != nil {
			return err
		}
		out = append(out, source{filepath.ToSlash(filepath.Dir(p)), filepath.ToSlash(p), f, fset.File(f.FileStart).LineCount()})
		return nil
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

// Readings of two clocks mean nothing side by side: in the steps of a diagnosis
// only checks/evidence compares the times of events.
func TestTimesAreComparedOnTheAxis(t *testing.T) {
	steps := []string{"checks/attempt", "checks/diagnose", "checks/fact", "checks/rule"}
	for _, s := range sources(t) {
		if !slices.Contains(steps, s.dir) || strings.HasSuffix(s.name, "_test.go") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.SelectorExpr)
			if !ok || !slices.Contains([]string{"Sub", "After", "Before", "Compare", "Equal", "Unix", "UnixNano"}, call.Sel.Name) {
				return true
			}
			if of, ok := call.X.(*ast.SelectorExpr); ok && (of.Sel.Name == "Time" || of.Sel.Name == "Arrival") {
				t.Errorf("%s: .%s.%s: place both on the axis and compare moments", s.name, of.Sel.Name, call.Sel.Name)
			}
			return true
		})
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
		{"capture/event", "capture"}, {"ssh", "ssh/login"}, {"ssh/follow", "ssh/login"}, {"tui", "ssh/shell"}, {"tui/overlay", "tui"}, {"tui/keys", "tui/overlay"}, {"tui/pane", "tui/overlay"}, {"checks/session", "ssh/lab"},
		{"checks", "checks/rule"}, {"checks/rule", "checks/diagnose"}, {"checks/view", "checks/report"}, {"checks/session/offline", "checks/session"},
	} {
		if mayImport(arrow[0], arrow[1]) {
			t.Errorf("%s → %s is permitted", arrow[0], arrow[1])
		}
	}
}

// Each package's doc says what comes in and what goes out, and, where the
// package starts goroutines, who owns them.
func TestEveryPackageDocNamesItsEndsAndGoroutines(t *testing.T) {
	docs, starts := map[string]string{}, map[string]bool{}
	for _, s := range sources(t) {
		docs[s.dir] += s.file.Doc.Text()
		starts[s.dir] = starts[s.dir] || startsGoroutine(s.file)
	}
	for dir, doc := range docs {
		for _, missing := range undocumented(doc, starts[dir]) {
			t.Errorf("%s: its package doc does not say %q", dir, missing)
		}
	}
}

// undocumented lists what a package doc leaves out.
func undocumented(doc string, goroutines bool) (out []string) {
	folded := strings.ToLower(strings.Join(strings.Fields(doc), " "))
	needed := []string{"comes in", "goes out"}
	if goroutines {
		needed = append(needed, "owns", "goroutine")
	}
	for _, phrase := range needed {
		if !strings.Contains(folded, phrase) {
			out = append(out, phrase)
		}
	}
	return out
}

// startsGoroutine finds go statements and calls like WaitGroup.Go.
func startsGoroutine(f *ast.File) (found bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			found = true
		case *ast.CallExpr:
			sel, ok := n.Fun.(*ast.SelectorExpr)
			found = found || ok && sel.Sel.Name == "Go" && len(n.Args) == 1
		}
		return !found
	})
	return found
}

func TestNoPackageIsADrawer(t *testing.T) {
	for _, s := range sources(t) {
		switch path.Base(s.dir) {
		case "util", "utils", "common", "helpers", "types", "internal":
			t.Errorf("%s: a package's name says what it is for", s.dir)
		}
	}
}

// limits of the structure, tests not counted: files of a package, methods of a
// type, lines of a file.
var limits = map[string]int{"files": 25, "methods": 25, "lines": 400}

// excess is something over its limit: of what ("tui", "checks/diagnose.Engine",
// "main.go"), how many of which kind, and the issue that clears it.
type excess struct {
	of     string
	count  int
	kind   string
	clears string
}

// over is all that is over a limit today. The list only shrinks: a new entry or
// a higher count fails, and so does one that is too high by now, which
// SYNCSCOPE_UPDATE=1 lowers or takes out.
var over = []excess{}

// The methods of a type are counted by their names, together with the functions
// whose first argument is a pointer to it: a type is not smaller because its
// methods are spelled as functions.
func TestStructure(t *testing.T) {
	left, wrong := compare(over, measure(sources(t)))
	for _, w := range wrong {
		t.Error(w)
	}
	switch {
	case slices.Equal(left, over):
	case os.Getenv("SYNCSCOPE_UPDATE") != "":
		writeOver(t, left)
	default:
		t.Errorf("the list of what is over a limit is too high (SYNCSCOPE_UPDATE=1 lowers it):\n%s", listing(left))
	}
}

// compare holds the list against what is there: what stays in the list, never
// with a higher count, and what is wrong. main.go is the command line, in one
// file on purpose.
func compare(list []excess, counts map[excess]int) (left []excess, wrong []string) {
	listed := map[excess]bool{}
	for _, e := range list {
		key := excess{of: e.of, kind: e.kind}
		listed[key] = true
		n := counts[key]
		if n > e.count {
			wrong = append(wrong, fmt.Sprintf("%s: %d %s, which are more than the %d of the list", e.of, n, e.kind, e.count))
		}
		if n > limits[e.kind] {
			e.count = min(n, e.count)
			left = append(left, e)
		}
	}
	for key, n := range counts {
		if n > limits[key.kind] && !listed[key] && key.of != "main.go" {
			wrong = append(wrong, fmt.Sprintf("%s: %d %s, at most %d are permitted", key.of, n, key.kind, limits[key.kind]))
		}
	}
	slices.Sort(wrong)
	return left, wrong
}

// measure counts what has a limit. The same name in the files of two systems is
// one method.
func measure(files []source) map[excess]int {
	counts, own, seen := map[excess]int{}, map[string]bool{}, map[string]bool{}
	for _, s := range files {
		counts[excess{of: s.dir, kind: "files"}]++
		counts[excess{of: s.name, kind: "lines"}] = s.lines
		for _, spec := range typesOf(s.file) {
			typ := s.dir + "." + spec.Name.Name
			own[typ] = true
			if i, ok := spec.Type.(*ast.InterfaceType); ok {
				counts[excess{of: typ, kind: "methods"}] = i.Methods.NumFields()
			}
		}
	}
	for _, s := range files {
		for _, decl := range s.file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			typ := s.dir + "." + subject(f)
			if id := fmt.Sprint(typ, f.Recv != nil, f.Name.Name); own[typ] && !seen[id] {
				seen[id] = true
				counts[excess{of: typ, kind: "methods"}]++
			}
		}
	}
	return counts
}

func typesOf(f *ast.File) (out []*ast.TypeSpec) {
	for _, decl := range f.Decls {
		if gen, ok := decl.(*ast.GenDecl); ok {
			for _, spec := range gen.Specs {
				if ts, ok := spec.(*ast.TypeSpec); ok {
					out = append(out, ts)
				}
			}
		}
	}
	return out
}

// subject is the type that a function works on: its receiver's, or, where the
// first argument is a pointer, that one's.
func subject(f *ast.FuncDecl) string {
	if f.Recv != nil {
		return baseName(f.Recv.List[0].Type)
	}
	if len(f.Type.Params.List) == 0 {
		return ""
	}
	star, ok := f.Type.Params.List[0].Type.(*ast.StarExpr)
	if !ok {
		return ""
	}
	return baseName(star.X)
}

// baseName is a type's name without its pointer and its arguments; none for
// another package's.
func baseName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return baseName(e.X)
	case *ast.ParenExpr:
		return baseName(e.X)
	case *ast.IndexExpr:
		return baseName(e.X)
	case *ast.IndexListExpr:
		return baseName(e.X)
	}
	return ""
}

// listing is the list as it stands in this file.
func listing(list []excess) string {
	var b strings.Builder
	for _, e := range list {
		fmt.Fprintf(&b, "\t{%q, %d, %q, %q},\n", e.of, e.count, e.kind, e.clears)
	}
	return b.String()
}

func writeOver(t *testing.T, list []excess) {
	t.Helper()
	data, err := os.ReadFile("main_test.go")
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok1 := strings.Cut(string(data), "\nvar over = []excess{")
	_, tail, ok2 := strings.Cut(rest, "}\n\n")
	if !ok1 || !ok2 {
		t.Fatal("main_test.go has no list of what is over a limit")
	}
	rows := listing(list)
	if rows != "" {
		rows = "\n" + rows
	}
	text := head + "\nvar over = []excess{" + rows + "}\n\n" + tail
	if err := os.WriteFile("main_test.go", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// The list only shrinks.
func TestStructureListOnlyShrinks(t *testing.T) {
	engine, tui := excess{of: "checks.Engine", kind: "methods"}, excess{of: "tui", kind: "files"}
	list := []excess{{"tui", 40, "files", "the screen"}, {"checks.Engine", 90, "methods", "about what"}}
	for name, tc := range map[string]struct {
		counts map[excess]int
		left   []int
		wrong  int
	}{
		"as listed":             {map[excess]int{tui: 40, engine: 90}, []int{40, 90}, 0},
		"lower":                 {map[excess]int{tui: 40, engine: 80}, []int{40, 80}, 0},
		"at the limit":          {map[excess]int{tui: 25, engine: 90}, []int{90}, 0},
		"gone":                  {map[excess]int{engine: 90}, []int{90}, 0},
		"higher":                {map[excess]int{tui: 41, engine: 90}, []int{40, 90}, 1},
		"not listed":            {map[excess]int{tui: 40, engine: 90, {of: "ssh", kind: "files"}: 26}, []int{40, 90}, 1},
		"moved":                 {map[excess]int{tui: 40, {of: "checks/diagnose.Engine", kind: "methods"}: 90}, []int{40}, 1},
		"a long file":           {map[excess]int{tui: 40, engine: 90, {of: "ssh/dial.go", kind: "lines"}: 401}, []int{40, 90}, 1},
		"a long command line":   {map[excess]int{tui: 40, engine: 90, {of: "main.go", kind: "lines"}: 700}, []int{40, 90}, 0},
		"just below the limits": {map[excess]int{tui: 40, engine: 90, {of: "ssh", kind: "files"}: 25}, []int{40, 90}, 0},
	} {
		left, wrong := compare(list, tc.counts)
		var counts []int
		for _, e := range left {
			counts = append(counts, e.count)
		}
		if !slices.Equal(counts, tc.left) || len(wrong) != tc.wrong {
			t.Errorf("%s: left %v, want %v; wrong %q, want %d", name, counts, tc.left, wrong, tc.wrong)
		}
	}
}

func TestStructureCountsFunctionsOnAType(t *testing.T) {
	unix, windows := `package p
		type T struct{}
		type G[K any] struct{}
		type I interface { A(); B() }
		func (t *T) One() {}
		func (t T) Two() {}
		func three(t *T, n int) {}
		func no(t T) {}
		func nor(n int, t *T) {}
		func foreign(t *q.T) {}
		func (g *G[K]) One() {}
		func two[K any](g *G[K]) {}
		func plain() { go plain() }`, `package p
		func (t *T) One() {}
		func four(t *T) {}`
	var files []source
	for name, text := range map[string]string{"p/unix.go": unix, "p/windows.go": windows} {
		f, err := parser.ParseFile(token.NewFileSet(), name, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		if startsGoroutine(f) != (name == "p/unix.go") {
			t.Errorf("%s: go statements are not told", name)
		}
		files = append(files, source{dir: "p", name: name, file: f})
	}
	counts := measure(files)
	for typ, want := range map[string]int{"p.T": 4, "p.G": 2, "p.I": 2, "p.q": 0} {
		if got := counts[excess{of: typ, kind: "methods"}]; got != want {
			t.Errorf("%s has %d methods, want %d", typ, got, want)
		}
	}
	if missing := undocumented("What comes in: a. What goes out: b.", true); len(missing) != 2 {
		t.Errorf("of the goroutines' owner is missing %q", missing)
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

// An archive of a release holds three files of fixed owner and time, is the same
// whoever builds it, and its binary prints the version that was handed in. A
// binary that is too large ends the release.
func TestRelease(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("GNU tar and coreutils pack it")
	}
	for _, tool := range []string{"bash", "git", "tar", "gzip", "zip", "unzip", "sha256sum", "pkill"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	name := "syncscope-1.2.3-linux-" + runtime.GOARCH
	dir := t.TempDir()
	if out, err := release(t, filepath.Join(dir, "one"), "022"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := release(t, filepath.Join(dir, "two"), "077", "TZ=Asia/Seoul", "LC_ALL=C.UTF-8", "GOAMD64=v3"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	one, two := readFile(t, dir, "one", name+".tar.gz"), readFile(t, dir, "two", name+".tar.gz")
	if !bytes.Equal(one, two) {
		t.Error("another time zone and umask give another archive")
	}
	if got, want := string(readFile(t, dir, "one", "SHA256SUMS")), fmt.Sprintf("%x  %s.tar.gz\n", sha256.Sum256(one), name); got != want {
		t.Errorf("SHA256SUMS is %q, want %q", got, want)
	}
	program := unpackRelease(t, one, name, dir)
	out, err := exec.Command(program, "version").CombinedOutput()
	if want := "syncscope version 1.2.3 (commit 0123456789ab, 2026-01-01T00:00:00Z, linux/" + runtime.GOARCH + ", " + runtime.Version() + ")\n"; err != nil || string(out) != want {
		t.Errorf("version printed %q, %v; want %q", out, err, want)
	}
	if out, err := release(t, filepath.Join(dir, "three"), "022", "MAX_BYTES=1000000"); err == nil || !strings.Contains(out, "more than 1000000") {
		t.Errorf("a large binary passes: %v\n%s", err, out)
	}
}

// release packs this system's binary into dir, in an environment of its own.
func release(t *testing.T, dir, umask string, env ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-c", `umask "$1" && exec .ci/release --no-try --only "$2" "$3"`, "release", umask, "linux/"+runtime.GOARCH, dir)
	cmd.Env = append(os.Environ(), append(env, "CI=false", "VERSION=v1.2.3", "COMMIT=0123456789ab", "SOURCE_DATE_EPOCH=1767225600")...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func readFile(t *testing.T, elem ...string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(elem...))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// unpackRelease holds an archive's entries against what they must be, and gives
// the path of its program, unpacked into dir.
func unpackRelease(t *testing.T, archive []byte, name, dir string) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "syncscope")
	var entries []string
	r := tar.NewReader(z)
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, fmt.Sprintf("%s %o", h.Name, h.Mode))
		if h.Uid != 0 || h.Gid != 0 || h.Uname != "" || h.Gname != "" || h.ModTime.Unix() != 1767225600 {
			t.Errorf("%s is of %d:%d %q %q, %v", h.Name, h.Uid, h.Gid, h.Uname, h.Gname, h.ModTime)
		}
		if path.Base(h.Name) != "syncscope" {
			continue
		}
		data, err := io.ReadAll(r)
		if err := errors.Join(err, os.WriteFile(program, data, 0o700)); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{name + "/ 755", name + "/LICENSE 644", name + "/README.md 644", name + "/syncscope 755"}; !slices.Equal(entries, want) {
		t.Errorf("the archive holds %q, want %q", entries, want)
	}
	return program
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

// typedSecret is a made-up password; what is scanned for is any four characters
// of it in a row.
const typedSecret = "Zebra9Quartz77x"

// secretLogins are the forms in which people type a login together with its
// password, or a password in the place of something else.
var secretLogins = []string{
	"admin:Zebra9Quartz77x@192.0.2.1", "admin/Zebra9Quartz77x@192.0.2.1", "ssh://admin:Zebra9Quartz77x@192.0.2.1:22", "ssh://admin/Zebra9Quartz77x@192.0.2.1",
	"scp://admin:Zebra9Quartz77x;fingerprint=ssh-rsa@192.0.2.1", "admin:Zebra9Quartz77x@[2001:db8::1]:22", "admin:Zebra9Quartz77x@2001:db8::1", `CORP\admin:Zebra9Quartz77x@192.0.2.1`,
	"admin%Zebra9Quartz77x@192.0.2.1", "admin%3AZebra9Quartz77x@192.0.2.1", "admin%3aZebra9%2FQuartz77x@192.0.2.1", "admin@corp%3AZebra9Quartz77x@192.0.2.1",
	"admin@corp:Zebra9Quartz77x@192.0.2.1", "admin：Zebra9Quartz77x@192.0.2.1", "admin Zebra9Quartz77x@192.0.2.1", "admin;Zebra9Quartz77x@192.0.2.1", "admin|Zebra9Quartz77x@192.0.2.1",
	"admin:Zebra9@Quartz77x@192.0.2.1", "admin:Zebra9,Quartz77x@192.0.2.1", "admin:Zebra9/Quartz77x@192.0.2.1", "admin:Zebra9:Quartz77x@192.0.2.1", "admin:Zebra9%40Quartz77x@192.0.2.1",
	`admin:"Zebra9Quartz77x"@192.0.2.1`, `admin:Zebra9\Quartz77x@192.0.2.1`, "admin:Zebra9 Quartz77x@192.0.2.1", "admin:é9Zebra9Quartz77x@192.0.2.1", "admin:\"Zebra9\x1bQuartz77x@192.0.2.1",
	"admin@192.0.2.1:Zebra9Quartz77x", "admin@192.0.2.1/Zebra9Quartz77x", "admin@192.0.2.1 Zebra9Quartz77x", "admin@[2001:db8::1]:Zebra9Quartz77x", "admin@192.0.2.1:22:Zebra9Quartz77x",
	"admin@192.0.2.1 -pw Zebra9Quartz77x", "-pw Zebra9Quartz77x admin@192.0.2.1", "plink -pw Zebra9Quartz77x admin@192.0.2.1", "sshpass -pZebra9Quartz77x ssh admin@192.0.2.1",
	"ops@192.0.2.9,admin:Zebra9Quartz77x@192.0.2.1", "admin:Zebra9Quartz77x@192.0.2.1,ops@192.0.2.9", "admin:Zebra9Quartz77x", "admin/Zebra9Quartz77x", "192.0.2.1:Zebra9Quartz77x",
}

// shows is the first part of the password that a text has.
func shows(text string) string {
	for i := range len(typedSecret) - 3 {
		if part := typedSecret[i : i+4]; strings.Contains(strings.ToLower(text), strings.ToLower(part)) {
			return part
		}
	}
	return ""
}

// aHome is a home of its own; the function gives what all its files hold, but
// for those in except.
func aHome(t *testing.T, except string) func() string {
	home := t.TempDir()
	for _, name := range []string{"HOME", "USERPROFILE"} {
		t.Setenv(name, home)
	}
	for name, dir := range map[string]string{"XDG_STATE_HOME": "state", "XDG_CONFIG_HOME": "config", "VMANAGE_HOST": "", "VMANAGE_IP": "", "VMANAGE_USER": ""} {
		if dir != "" {
			dir = filepath.Join(home, dir)
		}
		t.Setenv(name, dir)
	}
	xdg.Reload()
	t.Cleanup(xdg.Reload)
	return func() string {
		var all strings.Builder
		err := filepath.WalkDir(home, func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || d.Name() == except {
				return err
			}
			data, err := os.ReadFile(p)
			fmt.Fprintf(&all, "%s\n%s\n", p, data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return all.String()
	}
}

// printedBy is all that a command line prints, its complaint too.
func printedBy(t *testing.T, args []string) (text string, err error) {
	stderr, stdout := os.Stderr, os.Stdout
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	os.Stderr, os.Stdout = f, f
	defer func() { os.Stderr, os.Stdout = stderr, stdout; _ = f.Close() }()
	cmd := root()
	cmd.SetArgs(args)
	cmd.SetOut(f)
	cmd.SetErr(f)
	ran, err := cmd.ExecuteContextC(t.Context())
	data, readErr := os.ReadFile(f.Name())
	if readErr != nil {
		t.Fatal(readErr)
	}
	if err != nil {
		return string(data) + complaint(ran, args, err), err
	}
	return string(data), nil
}

// A login typed with its password is refused at every entrance of the command
// line, and no part of the password is printed or kept.
func TestNoEntranceRepeatsAPassword(t *testing.T) {
	hosts := func(more ...string) []string {
		return append([]string{"live", "--dry-run", "-F", "none", "--ssm", "ops@192.0.2.2"}, more...)
	}
	entrances := map[string]func(login string) []string{
		"--manager":         func(s string) []string { return hosts("--manager", s) },
		"--manager=":        func(s string) []string { return hosts("--manager=" + s) },
		"the second":        func(s string) []string { return hosts("--manager", "a@192.0.2.3", "--manager", s) },
		"--ssm":             func(s string) []string { return []string{"check", "--dry-run", "-F", "none", "--ssm", s} },
		"--jump":            func(s string) []string { return hosts("--jump", s) },
		"-J":                func(s string) []string { return hosts("-J" + s) },
		"--jump twice":      func(s string) []string { return hosts("-J", "me@192.0.2.4", "-J", s) },
		"--peer":            func(s string) []string { return hosts("--peer", s) },
		"analyze --peer":    func(s string) []string { return []string{"analyze", "--peer", s, "main.go"} },
		"--legacy":          func(s string) []string { return hosts("--legacy-algorithms", s) },
		"an argument":       func(s string) []string { return hosts("--", s) },
		"a check's":         func(s string) []string { return []string{"check", "--", s} },
		"no command":        func(s string) []string { return []string{"--", s} },
		"a misspelt flag":   func(s string) []string { return hosts("--manger=" + s) },
		"an unknown letter": func(s string) []string { return hosts("-M" + s) },
		"a number's flag":   func(s string) []string { return hosts("--vpn", s) },
		"a time's flag":     func(s string) []string { return hosts("--since", s) },
		"a profile's name":  func(s string) []string { return hosts("--profile", s) },
		"a login's way":     func(s string) []string { return hosts("--ssm-login", s) },
	}
	for _, key := range []string{"managers: [%s]", "managers:\n  - %s", "managers: [ops@192.0.2.3, %s]", "ssm: %s", "{\"ssm\": %s}", "jump: [%s]", "peer: %s", "legacy: [%s]", "vpn: %s", "%s: x", "managers: {%s: x}", "managers: [[%s"} {
		entrances["profile, "+key] = func(s string) []string {
			dir := filepath.Join(xdg.ConfigHome, "syncscope", "profiles")
			value := strconv.Quote(s)
			if strings.HasSuffix(key, " %s") && !strings.ContainsAny(s, "\"\x1b%|;") {
				value = s // as people write it
			}
			if err := errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(filepath.Join(dir, "typed.yaml"), fmt.Appendf(nil, key+"\n", value), 0o600)); err != nil {
				t.Fatal(err)
			}
			return []string{"live", "--dry-run", "-F", "none", "--profile", "typed"}
		}
	}
	for _, name := range []string{"VMANAGE_HOST", "VMANAGE_USER"} {
		entrances[name] = func(s string) []string {
			t.Setenv("VMANAGE_HOST", "192.0.2.1")
			t.Setenv(name, strings.Map(func(r rune) rune { return max(r, ' ') }, s))
			return []string{"live", "--dry-run", "-F", "none"}
		}
	}
	kept := aHome(t, "typed.yaml")
	for name, entrance := range entrances {
		for _, login := range secretLogins {
			if name == "VMANAGE_USER" && !strings.HasPrefix(login, "admin:") { // "corp%x" is a gateway's user
				continue
			}
			if strings.HasPrefix(name, "--jump") || name == "-J" {
				login = strings.TrimPrefix(login, "-pw ")
			}
			text, err := printedBy(t, entrance(login))
			if err == nil {
				t.Errorf("%s: %q is taken", name, login)
			}
			if part := shows(text); part != "" {
				t.Errorf("%s: %q: %q is printed:\n%s", name, login, part, text)
			}
			t.Setenv("VMANAGE_HOST", "")
			t.Setenv("VMANAGE_USER", "")
		}
	}
	if part := shows(kept()); part != "" {
		t.Errorf("%q is kept", part)
	}
}

// The form draws no part of a password: not while it is typed, nor when it is
// refused. Then the field is empty.
func TestTheFormDrawsNoPassword(t *testing.T) {
	kept := aHome(t, "")
	form := session.NewForm(dirs(), "test")
	defer form.Close()
	for field, name := range []string{view.FormManagers: "Manager", view.FormSSM: "SSM", view.FormPeer: "peer", view.FormJump: "jump"} {
		for _, login := range secretLogins {
			m := tui.New(tui.Options{Form: formOnScreen{form, t.Context()}, FormShown: session.FormShown, Begin: func() (view.Run, error) { return view.Run{}, errors.New("begun") }})
			m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
			for range field {
				m.Update(tea.KeyPressMsg{Code: tea.KeyDown})
			}
			for i, r := range login {
				m.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
				if shows(login[:i+1]) == "" {
					continue
				}
				if part := shows(ansi.Strip(m.View().Content)); part != "" {
					t.Fatalf("%s: %q is drawn at %q", name, part, login[:i+1])
				}
			}
			_, cmd := m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
			m.Update(cmd())
			screen := ansi.Strip(m.View().Content)
			if shows(screen) != "" || !strings.Contains(screen, "✗") || strings.Contains(screen, "•") {
				t.Errorf("%s: %q is not refused, or its field is not emptied:\n%s", name, login, screen)
			}
		}
	}
	if part := shows(kept()); part != "" {
		t.Errorf("%q is kept", part)
	}
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
	begin := startTime(t)
	var took []time.Duration
	early := 0
	for n := range runs {
		kind := kinds[n%len(kinds)]
		sig := []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}[rnd.IntN(3)]
		after := begin + time.Duration(rnd.Int64N(int64(500*time.Millisecond)))
		code, d, text := kind.interrupt(t, sig, after)
		switch {
		case strings.Contains(text, "goroutine "), strings.Count(text, "\n") > 1:
			t.Errorf("%s, %v after %v: %s", kind.name, sig, after, text)
		case code == -1 && after < 5*begin: // it had not begun to catch signals
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
	if limit := 100 * time.Millisecond; took[len(took)/2] > 5*limit { // five times what is promised: machines are busy
		t.Errorf("half of them need more than %v to end", 5*limit)
	}
}

// startTime is how long a run takes here that does nothing, at most: signals that
// come sooner find a program that does not catch them yet.
func startTime(t *testing.T) (longest time.Duration) {
	t.Helper()
	for range 3 {
		cmd := exec.Command(os.Args[0], "version")
		cmd.Env = append(os.Environ(), asProgram+"=1")
		from := time.Now()
		if err := cmd.Run(); err != nil {
			t.Fatal(err)
		}
		longest = max(longest, time.Since(from))
	}
	return longest
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

// Each command's help has two examples that the command line takes as they
// stand.
func TestExamplesAreTaken(t *testing.T) {
	for _, c := range append(root().Commands(), root()) {
		lines := strings.Split(strings.TrimSpace(c.Example), "\n")
		if c.Name() == "help" || c.Name() == "completion" {
			continue
		}
		if len(lines) < 2 {
			t.Errorf("%s has no two examples: %q", c.Name(), c.Example)
		}
		for _, line := range lines {
			args := strings.Fields(strings.TrimSpace(line))[1:]
			if n := len(args); n > 0 && strings.HasPrefix(args[n-1], ">") {
				args = args[:n-1]
			}
			cmd := root()
			cmd.InitDefaultVersionFlag()
			found, rest, err := cmd.Find(args)
			if err == nil {
				err = found.ParseFlags(rest)
			}
			if err == nil {
				err = found.ValidateArgs(found.Flags().Args())
			}
			if err == nil {
				err = cmd.PersistentPreRunE(found, nil)
			}
			if err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
	}
}

// A word that is nearly one is asked about, and a value that cannot be is refused
// before any host is dialled.
func TestNearMissesAndWrongValues(t *testing.T) {
	for line, want := range map[string]string{
		"analyse x": "did you mean analyze?", "chek": "did you mean check?", "demo firewal": "did you mean firewall-drop?", "rules grant-not-fond": "did you mean grant-not-found?",
		"demo --theme drk": "did you mean dark?", "rules --lang de": "no runbooks in this language", "rules --runbook": "of which rule?",
		"live --ssm a@192.0.2.1 --vpn 99999": "no VPN of a Manager", "live --manager a@192.0.2.1 --interface eth0;rm": "no interface's name", "zzzzzz": "no such command (see",
		"demo a b": "demo: takes one argument, 2 given (see", "rules a b": "rules: takes one argument, 2 given (see", "version x": "version: takes no argument, 1 given (",
		"audit": "audit: no account is given (give", "audit /no/such/file": "audit: /no/such/file: no such file or folder (give", "ask ssm": "ask: no path is given (give",
		"demo --duration x": "--duration: that is no time like 90s, 10m or 2h (see", "live --vpn x": "--vpn: that is no whole number (see",
		"live --ssm a@b --ssm c@d --ssm e@f": "--ssm: given more than twice (a pair has two)", "live --ssm a@192.0.2.1 -i /no/such/key": "-i /no/such/key: no such file (give",
	} {
		cmd := root()
		cmd.SetArgs(strings.Fields(line))
		cmd.SetOut(io.Discard)
		cmd.SetErr(io.Discard)
		start := time.Now()
		if err := cmd.ExecuteContext(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", line, err)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s: after %v", line, took)
		}
	}
}

// On a terminal of 80 columns the help has no wider line, and a flag's value is
// called what it is for people, not what it is for the program.
func TestHelpFitsTheTerminal(t *testing.T) {
	cmd := root()
	fitHelp(cmd, 80) // a folder's path is one word
	for _, c := range append(cmd.Commands(), cmd) {
		var out bytes.Buffer
		c.SetOut(&out)
		if err := c.Help(); err != nil {
			t.Error(err)
		}
		for line := range strings.Lines(out.String()) {
			line = strings.TrimSuffix(line, "\n")
			if len(line) > 80 && !strings.HasPrefix(line, "  syncscope ") && strings.Contains(strings.TrimSpace(line), " ") { // an example is one line to copy
				t.Errorf("%s: %d columns: %s", c.Name(), len(line), line)
			}
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if name, _ := pflag.UnquoteUsage(f); slices.Contains([]string{"string", "stringArray", "int", "duration"}, name) {
				t.Errorf("%s --%s: its value is called %s", c.Name(), f.Name, name)
			}
		})
	}
}

// full is standard output on a disk that is full.
type full struct{}

func (full) Write([]byte) (int, error) {
	return 0, &fs.PathError{Op: "write", Path: os.Stdout.Name(), Err: syscall.ENOSPC}
}

// A full disk is told in the same words, whatever was printed.
func TestFullDiskIsStandardOutputs(t *testing.T) {
	for _, args := range [][]string{{"rules"}, {"version"}, {"demo", "--list"}, {"rules", "--by-hand"}, {"rules", "--commands"}} {
		cmd := root()
		cmd.SetArgs(args)
		cmd.SetOut(full{})
		ran, err := cmd.ExecuteContextC(t.Context())
		if err == nil || complaint(ran, args, err) != "standard output: "+syscall.ENOSPC.Error()+" (nothing more can be printed)" {
			t.Errorf("%v: %v", args, err)
		}
	}
}

// The shell is told what flags and arguments may be; --version says what version
// does; a manual page is written for each command.
func TestCompletionVersionAndManual(t *testing.T) {
	says := func(args ...string) string {
		var out bytes.Buffer
		cmd := root()
		cmd.SetArgs(args)
		cmd.SetOut(&out)
		cmd.SetErr(io.Discard)
		if err := cmd.ExecuteContext(t.Context()); err != nil {
			t.Errorf("%v: %v", args, err)
		}
		return out.String()
	}
	for want, args := range map[string][]string{
		"firewall-drop": {"__complete", "demo", ""}, "tls-untrusted-ca": {"__complete", "rules", ""}, "markdown": {"__complete", "analyze", "--format", ""},
		"colourblind": {"__complete", "demo", "--theme", ""}, "ko": {"__complete", "rules", "--lang", ""}, "network": {"__complete", "ask", ""},
	} {
		if out := says(args...); !strings.Contains("\n"+out, "\n"+want+"\n") {
			t.Errorf("%v: %q", args, out)
		}
	}
	if a, b := says("--version"), says("version"); a != b || a == "" {
		t.Errorf("--version says %q, version %q", a, b)
	}
	dir := t.TempDir()
	says("man", dir)
	for _, c := range root().Commands() {
		if page, err := os.ReadFile(filepath.Join(dir, "syncscope-"+c.Name()+".1")); err != nil || !strings.Contains(string(page), ".TH") {
			t.Errorf("%s: %v", c.Name(), err)
		}
	}
}

// A terminal whose locale is ASCII's gets none of our signs, in no command's text;
// Markdown on it stays as it is: it is for a program.
func TestASCIITerminalGetsNoSigns(t *testing.T) {
	onTerminal := func(args ...string) string {
		t.Helper()
		cmd := exec.Command(os.Args[0], args...)
		cmd.Env = append(os.Environ(), asProgram+"=1", "LC_ALL=C", "TERM=xterm")
		tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 100})
		if err != nil {
			t.Skip("no terminal can be made: ", err)
		}
		defer tty.Close()
		out, _ := io.ReadAll(tty) // it ends with an error where the terminal does
		_ = cmd.Wait()
		return string(out)
	}
	const refused = "Mar 18 07:24:05 SSM-On-Prem 59df9f139b67: method=POST path=/oauth/token format=json controller=Oauth::TokensController action=create status=500 duration=9.91\n" +
		"Mar 18 07:24:05 SSM-On-Prem 59df9f139b67: PG::ConnectionBad (connection to server at \"postgres\" (172.18.0.3), port 5432 failed: Connection refused\n"
	paste := filepath.Join(t.TempDir(), "messages")
	if err := os.WriteFile(paste, []byte(refused), 0o600); err != nil {
		t.Fatal(err)
	}
	signs := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r <= unicode.MaxASCII {
				return -1
			}
			return r
		}, s)
	}
	for _, args := range [][]string{{"analyze", paste}, {"analyze", "-v", paste}, {"rules"}, {"rules", "grant-not-found"}, {"analyze", "--lang", "en", "--ascii", paste}} {
		if out := onTerminal(args...); len(out) < 100 || signs(out) != "" {
			t.Errorf("%v: %d bytes, with %q", args, len(out), signs(out))
		}
	}
	for _, args := range [][]string{{"analyze", "--ascii=false", paste}, {"analyze", "--format", "markdown", paste}} {
		if out := onTerminal(args...); signs(out) == "" {
			t.Errorf("%v: the signs are gone:\n%s", args, out)
		}
	}
}

// A help that can't be written is told of, as all else that can't.
func TestHelpThatCannotBeWritten(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no device that is always full: ", err)
	}
	defer full.Close()
	for _, args := range [][]string{{"--help"}, {"analyze", "--help"}, {"help", "man"}} {
		cmd := exec.Command(os.Args[0], args...)
		cmd.Env = append(os.Environ(), asProgram+"=1")
		var told bytes.Buffer
		cmd.Stdout, cmd.Stderr = full, &told
		_ = cmd.Run()
		if cmd.ProcessState.ExitCode() != exitUsage || !strings.Contains(told.String(), "standard output: no space left on device") {
			t.Errorf("%v: ends with %d and %q", args, cmd.ProcessState.ExitCode(), &told)
		}
	}
}
