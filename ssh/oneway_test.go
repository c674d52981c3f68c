package ssh_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// Nothing but the channel sends anything to a host after the login.
func TestThereIsOneWayOut(t *testing.T) {
	// A session can be had by these alone, and used by whoever has one.
	only := map[string]string{"NewSession": "login/dial.go", "OpenChannel": "", "RequestPty": "shell/channel.go", "RequestSubsystem": "", "Setenv": ""}
	files, err1 := filepath.Glob("*.go")
	below, err2 := filepath.Glob("*/*.go")
	if files = append(files, below...); err1 != nil || err2 != nil || len(files) < 40 {
		t.Fatal(files, err1, err2)
	}
	found := 0
	for _, name := range files {
		name = filepath.ToSlash(name)
		if strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "lab/") {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			where, sends := only[call.Sel.Name]
			if !sends {
				return true
			}
			if found++; name != where {
				t.Errorf("%s: %s is called outside of the channel", fset.Position(call.Pos()), call.Sel.Name)
			}
			return true
		})
		// A login gives its session to the channel alone.
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Session" {
				if found++; name != "shell/channel.go" {
					t.Errorf("%s: a session is opened outside of the channel", fset.Position(call.Pos()))
				}
			}
			return true
		})
	}
	if found < 3 {
		t.Errorf("only %d were found: the test sees nothing", found)
	}
}
