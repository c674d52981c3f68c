package tui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The root model stays small: what grows are the panes, the overlays and the
// key map around it.
func TestRootModelStaysSmall(t *testing.T) {
	data, err := os.ReadFile("model.go")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(data), "\n"); n > 300 {
		t.Errorf("model.go has %d lines, more than 300", n)
	}
	files, _ := filepath.Glob("*.go")
	fset, methods := token.NewFileSet(), 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv == nil || !isModel(fn.Recv.List[0].Type) {
				continue
			}
			methods++
			limit := map[string]int{"Update": 90, "View": 40}[fn.Name.Name]
			if n := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line + 1; limit > 0 && n > limit {
				t.Errorf("%s has %d lines, more than %d", fn.Name.Name, n, limit)
			}
		}
	}
	if methods == 0 || methods > 20 {
		t.Errorf("Model has %d methods, at most 20", methods)
	}
}

func isModel(e ast.Expr) bool {
	star, ok := e.(*ast.StarExpr)
	if !ok {
		return false
	}
	id, ok := star.X.(*ast.Ident)
	return ok && id.Name == "Model"
}

// The panes do no I/O: nothing there can.
func TestPanesDoNoIO(t *testing.T) {
	files, _ := filepath.Glob("pane/*.go")
	for _, name := range append(files, "model.go") {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			switch p := strings.Trim(i.Path.Value, `"`); p {
			case "os", "os/exec", "net", "io", "io/ioutil", "bufio", "net/http", "syscall":
				t.Errorf("%s imports %s", name, p)
			}
		}
	}
}
