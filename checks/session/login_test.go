package session_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
	"time"

	"syncscope/checks/session"
	"syncscope/ssh/audit"
	"syncscope/ssh/shell"
)

// Whether a host is logged in is asked in one place: only host.go holds a
// connection in a struct, and no other file reads the fields of that struct.
func TestOneAccessorForTheLogin(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, f := range files {
		name := f.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || name == "host.go" {
			continue
		}
		read++
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, why := range besideTheAccessor(file) {
			t.Errorf("%s: %s (ask the host for its login)", name, why)
		}
	}
	if read < 20 {
		t.Fatalf("only %d files were looked at", read)
	}
	for _, bad := range []string{"type a struct{ c *ssh.Client }", "type a struct{ l []*ssh.Link }", "func f(h *host) { h.kept.link.Close() }", "var l *ssh.Link"} {
		file, err := parser.ParseFile(token.NewFileSet(), "bad.go", "package session\n"+bad, 0)
		if err != nil || len(besideTheAccessor(file)) == 0 {
			t.Errorf("%q passes, %v", bad, err)
		}
	}
}

// besideTheAccessor is what a file does with a login that only host.go may.
func besideTheAccessor(file *ast.File) (out []string) {
	holds := func(what string, typ ast.Expr) {
		ast.Inspect(typ, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && (s.Sel.Name == "Link" || s.Sel.Name == "Client") {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "ssh" {
					out = append(out, what+" holds an ssh."+s.Sel.Name)
				}
			}
			_, isFunc := n.(*ast.FuncType)
			return !isFunc
		})
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.StructType:
			for _, f := range n.Fields.List {
				holds("a struct", f.Type)
			}
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.SelectorExpr); ok && x.Sel.Name == "kept" && (n.Sel.Name == "link" || n.Sel.Name == "ended") {
				out = append(out, "it reads kept."+n.Sel.Name)
			}
		}
		return true
	})
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
			for _, s := range g.Specs {
				if v, ok := s.(*ast.ValueSpec); ok && v.Type != nil {
					holds("a variable", v.Type)
				}
			}
		}
	}
	return out
}

// Whatever still runs on a host is named, not only the first of it.
func TestEveryLeftoverIsNamed(t *testing.T) {
	since := time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC)
	var left []shell.Leftover
	for _, pid := range []int{101, 202, 303} {
		left = append(left, shell.Leftover{Run: audit.Run{Host: "192.0.2.10:22", PID: pid, Since: since}, Owner: "admin"})
	}
	said := session.StillRuns(left)
	for _, want := range []string{"STILL RUNS", "process 101", "process 202", "process 303"} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in %q", want, said)
		}
	}
}
