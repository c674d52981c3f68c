package tui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// reached is what can be reached from a function of this package without
// leaving it: commands (func() tea.Msg) run elsewhere, and are left out.
type reached struct {
	self  string
	info  *types.Info
	fset  *token.FileSet
	decls map[string]*ast.FuncDecl
	seen  map[string]bool
	bad   []string
	files []*ast.File
}

// loaded is a package of the screen with its types; dir is its folder.
func loaded(t *testing.T, dir string) *reached {
	t.Helper()
	out, err := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Export,GoFiles", "./"+dir).Output()
	if err != nil {
		t.Skip("go list -export does not run here: ", err)
	}
	self, exports, names := path.Join("syncscope/tui", dir), map[string]string{}, []string(nil)
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath, Export string
			GoFiles            []string
		}
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if exports[p.ImportPath] = p.Export; p.ImportPath == self {
			names = p.GoFiles
		}
	}
	r := &reached{self: self, info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}, fset: token.NewFileSet(), decls: map[string]*ast.FuncDecl{}, seen: map[string]bool{}}
	var files []*ast.File
	for _, name := range names {
		f, err := parser.ParseFile(r.fset, filepath.Join(dir, name), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	conf := types.Config{Importer: importer.ForCompiler(r.fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })}
	if _, err := conf.Check(self, r.fset, files, r.info); err != nil {
		t.Fatal(err)
	}
	r.files = files
	for _, f := range files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				r.decls[r.info.Defs[fn.Name].(*types.Func).FullName()] = fn
			}
		}
	}
	return r
}

// isCommand reports whether a type is that of a command.
func isCommand(t types.Type) bool {
	s, ok := t.Underlying().(*types.Signature)
	return ok && s.Params().Len() == 0 && s.Results().Len() == 1 && strings.HasSuffix(s.Results().At(0).Type().String(), "bubbletea/v2.Msg")
}

func (r *reached) from(name string) {
	fn := r.decls[name]
	if fn == nil || r.seen[name] || fn.Body == nil {
		return
	}
	r.seen[name] = true
	r.walk(fn.Body)
}

// walk looks at all that a function or a table of functions does.
func (r *reached) walk(body ast.Node) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return !isCommand(r.info.TypeOf(n))
		case *ast.Ident:
			if f, ok := r.info.Uses[n].(*types.Func); ok {
				r.use(n, f)
			}
		case *ast.CallExpr:
			r.call(n)
		}
		return true
	})
}

func (r *reached) reject(n ast.Node, what string) {
	p := r.fset.Position(n.Pos())
	r.bad = append(r.bad, fmt.Sprintf("%s:%d: %s", p.Filename, p.Line, what))
}

// carriers are packages whose functions read, write or wait.
var carriers = []string{"os", "os/exec", "os/signal", "io", "io/fs", "io/ioutil", "bufio", "net", "net/http", "syscall", "log", "log/slog", "github.com/adrg/xdg", "golang.org/x/term"}

func (r *reached) use(n *ast.Ident, f *types.Func) {
	pkg := ""
	if f.Pkg() != nil {
		pkg = f.Pkg().Path()
	}
	switch name := f.FullName(); {
	case pkg == r.self && !isCommand(f.Signature()):
		r.from(name)
	case name == "os.Getenv":
	case slices.Contains(carriers, pkg), name == "time.Sleep", name == "time.After",
		pkg == "path/filepath" && slices.Contains([]string{"Abs", "EvalSymlinks", "Glob", "Walk", "WalkDir"}, f.Name()):
		r.reject(n, name)
	}
}

// call: the run itself is asked in commands only; it may take its time.
func (r *reached) call(n *ast.CallExpr) {
	sel, ok := n.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	if f, ok := r.info.Uses[sel.Sel].(*types.Func); ok && f.Signature().Recv() != nil {
		switch f.Signature().Recv().Type().String() {
		case "syncscope/checks/view.Control", "syncscope/checks/view.Login", "syncscope/checks/view.Form":
			r.reject(n, "asks the run: "+f.FullName())
		}
	}
}

// Nothing that Update, View or Init can reach reads, writes or waits: the root
// model, what keys do, overlays, answers. The panes cannot (see
// TestPanesDoNoIO).
func TestNothingUpdateReachesDoesIO(t *testing.T) {
	covers := loaded(t, "overlay")
	for name, fn := range covers.decls {
		if fn.Recv != nil && ast.IsExported(fn.Name.Name) || strings.Contains(name, ".New") { // what the screen calls
			covers.from(name)
		}
	}
	r := loaded(t, "")
	for name, fn := range r.decls {
		if fn.Recv != nil && slices.Contains([]string{"Update", "View", "Init"}, fn.Name.Name) {
			r.from(name)
		}
	}
	for _, f := range r.files { // what keys do stands in tables
		for _, d := range f.Decls {
			if table, ok := d.(*ast.GenDecl); ok && table.Tok == token.VAR {
				r.walk(table)
			}
		}
	}
	r.from("syncscope/tui.running")
	for _, b := range append(covers.bad, r.bad...) {
		t.Error(b)
	}
	if len(r.seen) < 130 || len(covers.seen) < 90 || !r.seen["(syncscope/tui.picture).copyText"] || !r.seen["(syncscope/tui.picture).draw"] || !r.seen["(*syncscope/tui.paneSet).goAlong"] {
		t.Errorf("only %d and %d functions were reached", len(r.seen), len(covers.seen))
	}
	for _, does := range []string{"writeCopy", "Run"} { // the test can say no
		if r.seen["syncscope/tui."+does] {
			t.Errorf("%s is reached", does)
		}
		other := &reached{r.self, r.info, r.fset, r.decls, map[string]bool{}, nil, nil}
		if other.from("syncscope/tui." + does); len(other.bad) == 0 {
			t.Errorf("%s does no I/O, says this test", does)
		}
	}
}
