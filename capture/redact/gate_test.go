package redact_test

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
	"path/filepath"
	"strings"
	"testing"
)

const gatePath = "syncscope/capture/redact"

type listed struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
}

// tree gives our packages, and what importing any package needs.
func tree(t *testing.T) (ours []listed, lookup func(string) (io.ReadCloser, error)) {
	t.Helper()
	cmd := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Dir,Export,GoFiles", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Skip("go list -export does not run here: ", err)
	}
	exports := map[string]string{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
		if p.ImportPath == "syncscope" || strings.HasPrefix(p.ImportPath, "syncscope/") {
			ours = append(ours, p)
		}
	}
	return ours, func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) }
}

// gated looks at one package's uses of the gate and tells what breaks its rules.
type gated struct {
	fset *token.FileSet
	path string
	info *types.Info
	bad  []string
}

func (g *gated) reject(n ast.Node, why string) {
	pos := g.fset.Position(n.Pos())
	g.bad = append(g.bad, fmt.Sprintf("%s:%d: %s", filepath.Base(pos.Filename), pos.Line, why))
}

// below reports whether the package may read raw bytes.
func (g *gated) below() bool {
	return (g.path == "syncscope/capture" || strings.HasPrefix(g.path, "syncscope/capture/")) && g.path != "syncscope/capture/recording"
}

func (g *gated) file(f *ast.File) {
	for _, spec := range f.Imports {
		switch p := strings.Trim(spec.Path.Value, `"`); {
		case p == "unsafe" && g.path != gatePath:
			g.reject(spec, "unsafe can read a Raw")
		case g.below() && g.path != gatePath && (p == "os" || p == "log" || p == "log/slog" || p == "net" || p == "os/exec"):
			g.reject(spec, p+" can carry raw bytes out of capture")
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			g.selector(n)
		case *ast.CallExpr:
			g.call(n)
		case *ast.InterfaceType: // what asks any value for its bytes
			for _, m := range n.Methods.List {
				if len(m.Names) == 1 && m.Names[0].Name == "Bytes" && !g.below() {
					g.reject(m, "an interface through which a Raw's bytes can be read")
				}
			}
		case *ast.CompositeLit:
			if name := named(g.info.TypeOf(n)); (name == "Text" || name == "Raw" || name == "Clear") && len(n.Elts) > 0 && g.path != gatePath {
				g.reject(n, "a "+name+" made outside of the gate")
			}
		}
		return true
	})
}

func (g *gated) selector(n *ast.SelectorExpr) {
	fn, ok := g.info.Uses[n.Sel].(*types.Func)
	if ok && fn.Pkg() != nil && fn.Pkg().Path() == "reflect" && (fn.Name() == "MethodByName" || fn.Name() == "Method" || fn.Name() == "UnsafePointer") {
		g.reject(n, "reflect can read a Raw")
	}
	if !ok || fn.Pkg() == nil || fn.Pkg().Path() != gatePath {
		return
	}
	recv := fn.Signature().Recv()
	switch {
	case recv != nil && named(recv.Type()) == "Raw" && fn.Name() == "Bytes" && !g.below():
		g.reject(n, "reads a Raw's bytes")
	case recv != nil && named(recv.Type()) == "Clear" && fn.Name() == "Draw" && g.path != gatePath && !g.draws(n):
		g.reject(n, "draws a value in clear")
	case recv == nil && fn.Name() == "NewWithKey" && g.path != gatePath:
		g.reject(n, "makes tokens that can be repeated")
	}
}

// draws reports whether n is in the one file that shows a value in clear.
func (g *gated) draws(n ast.Node) bool {
	return g.path == "syncscope/tui/overlay" && filepath.Base(g.fset.Position(n.Pos()).Filename) == "reveal.go"
}

// call looks at what is printed: below capture no error and no text may be made
// of bytes, or of a string that was.
func (g *gated) call(n *ast.CallExpr) {
	if g.info.Types[n.Fun].IsType() && g.path != gatePath {
		if name := named(g.info.TypeOf(n)); name == "Text" || name == "Raw" {
			g.reject(n, "a conversion to "+name)
		}
	}
	sel, ok := n.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	fn, ok := g.info.Uses[sel.Sel].(*types.Func)
	if !ok || fn.Pkg() == nil {
		return
	}
	prints := fn.Pkg().Path() == "fmt" || fn.Pkg().Path() == "errors" && fn.Name() == "New" || fn.Pkg().Path() == "log/slog"
	for _, a := range n.Args {
		if at := holdsRaw(g.info.TypeOf(a), map[types.Type]bool{}); prints && at {
			g.reject(a, "prints a "+g.info.TypeOf(a).String())
		}
	}
	if !g.below() || g.path == gatePath || fn.Name() != "Errorf" && fn.FullName() != "errors.New" {
		return
	}
	for _, a := range n.Args {
		if tv := g.info.Types[a]; tv.Value == nil && (bytesOrString(tv.Type)) {
			g.reject(a, "an error made of "+tv.Type.String())
		}
	}
}

func bytesOrString(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Slice:
		b, ok := u.Elem().Underlying().(*types.Basic)
		return ok && b.Kind() == types.Byte
	}
	return false
}

// holdsRaw reports whether a value of type t has a Raw in it.
func holdsRaw(t types.Type, seen map[types.Type]bool) bool {
	if t == nil || seen[t] {
		return false
	}
	seen[t] = true
	if named(t) == "Raw" {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for i := range u.NumFields() {
			if holdsRaw(u.Field(i).Type(), seen) {
				return true
			}
		}
	case *types.Slice:
		return holdsRaw(u.Elem(), seen)
	case *types.Array:
		return holdsRaw(u.Elem(), seen)
	case *types.Pointer:
		return holdsRaw(u.Elem(), seen)
	case *types.Map:
		return holdsRaw(u.Elem(), seen)
	}
	return false
}

// named is the name of a type of the gate's.
func named(t types.Type) string {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := t.(*types.Named); ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == gatePath {
		return n.Obj().Name()
	}
	return ""
}

// check type-checks files as package path.
func check(fset *token.FileSet, path string, files []*ast.File, imp types.Importer) ([]string, error) {
	g := &gated{fset: fset, path: path, info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}}
	conf := types.Config{Importer: imp}
	if _, err := conf.Check(path, fset, files, g.info); err != nil {
		return nil, err
	}
	for _, f := range files {
		g.file(f)
	}
	return g.bad, nil
}

// Over the whole tree: raw bytes are read below capture only, nothing raw is
// printed, no error is made of foreign words, and no Text is made elsewhere.
func TestRawStaysBelowTheGate(t *testing.T) {
	ours, lookup := tree(t)
	fset := token.NewFileSet()
	imp := importer.ForCompiler(fset, "gc", lookup)
	if len(ours) < 15 {
		t.Fatalf("only %d packages", len(ours))
	}
	for _, p := range ours {
		var files []*ast.File
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
		}
		bad, err := check(fset, p.ImportPath, files, imp)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range bad {
			t.Errorf("%s: %s", p.ImportPath, b)
		}
	}
	refuses(t, fset, imp)
}

// refuses: the test itself must be able to say no.
func refuses(t *testing.T, fset *token.FileSet, imp types.Importer) {
	for code, path := range map[string]string{
		`func f(r redact.Raw) []byte { return r.Bytes() }`:                                               "syncscope/tui",
		`func f(r redact.Raw) { g := redact.Raw.Bytes; _ = g(r) }`:                                       "syncscope/checks",
		`type s struct{ r []redact.Raw }; func f(x *s) string { return fmt.Sprint(x) }`:                  "syncscope/checks",
		`func f(b []byte) error { return fmt.Errorf("bad %s", b) }`:                                      "syncscope/capture/pcap",
		`func f(s string) error { return fmt.Errorf("bad %q", s) }`:                                      "syncscope/capture/tcpdump",
		`func f(c redact.Clear, now time.Time) string { return c.Draw(now) }`:                            "syncscope/checks/report",
		`func g(c redact.Clear, now time.Time) string { return c.Draw(now) }`:                            "syncscope/tui",
		`func f() *redact.Session { return redact.NewWithKey(nil) }`:                                     "syncscope/ssh",
		`type raw redact.Raw; func f(r raw) redact.Raw { return redact.Raw(r) }`:                         "syncscope/checks",
		`func f() redact.Text { type text redact.Text; return redact.Text(text{}) }`:                     "syncscope/tui",
		`var p unsafe.Pointer; func f(r redact.Raw) { p = unsafe.Pointer(&r) }`:                          "syncscope/checks",
		`func f(r redact.Raw) { _, _ = os.Stdout.Write(r.Bytes()) }`:                                     "syncscope/capture/logline",
		`func f(r interface{ Bytes() []byte }) []byte { return r.Bytes() }; var _ = f(redact.Wrap(nil))`: "syncscope/tui",
	} {
		if !strings.Contains(code, "redact.") {
			code += "; var _ redact.Text"
		}
		src := "package p\nimport (\"fmt\"; \"os\"; \"time\"; \"unsafe\"; \"syncscope/capture/redact\")\n" + code
		for pkg, use := range map[string]string{"fmt": "fmt.", "os": "os.", "time": "time.", "unsafe": "unsafe."} {
			if !strings.Contains(code, use) {
				src = strings.Replace(src, `"`+pkg+`"; `, "", 1)
			}
		}
		f, err := parser.ParseFile(fset, "refused.go", src, 0)
		if err != nil {
			t.Fatal(err)
		}
		if bad, err := check(fset, path, []*ast.File{f}, imp); err != nil {
			t.Errorf("%s: %v", code, err)
		} else if len(bad) == 0 {
			t.Errorf("permitted in %s: %s", path, code)
		}
	}
	if f, err := parser.ParseFile(fset, "literal.go", "package p\nimport \"syncscope/capture/redact\"\nfunc f(s string) redact.Text { return redact.Literal(s) }", 0); err != nil {
		t.Fatal(err)
	} else if _, err := check(fset, "syncscope/tui", []*ast.File{f}, imp); err == nil {
		t.Error("Literal takes a variable")
	}
}
