package ssh_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// Only channel.go calls what sends something to a host after the login.
func TestThereIsOneWayOut(t *testing.T) {
	// A session can be had by these alone, and used by whoever has one.
	sends := map[string]bool{"NewSession": true, "OpenChannel": true, "RequestPty": true, "RequestSubsystem": true, "Setenv": true}
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	found := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.SelectorExpr)
			if !ok || !sends[call.Sel.Name] {
				return true
			}
			if found++; name != "channel.go" {
				t.Errorf("%s: %s is called beside channel.go", fset.Position(call.Pos()), call.Sel.Name)
			}
			return true
		})
	}
	if found < 2 {
		t.Errorf("only %d were found: the test sees nothing", found)
	}
}
