package diagnose

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"syncscope/assets"
	"syncscope/checks/fact"
	"syncscope/checks/rule"
)

// The rules that the program reads at its start are those of assets/rules.
func TestBuiltRules(t *testing.T) {
	rules, err := rule.Read(fact.List(), os.DirFS("../../assets"), "rules")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(rules); err != nil {
		t.Fatal(err)
	}
	if os.Getenv("SYNCSCOPE_UPDATE") != "" {
		if err := os.WriteFile("../../assets/rules.json", b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if b.String() != assets.Rules {
		t.Error("assets/rules.json is not what assets/rules says (SYNCSCOPE_UPDATE=1 go test ./checks/diagnose -run BuiltRules writes it)")
	}
}

func BenchmarkLoadRules(b *testing.B) {
	for b.Loop() {
		if _, err := LoadRules(); err != nil {
			b.Fatal(err)
		}
	}
}
