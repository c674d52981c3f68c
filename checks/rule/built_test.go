package rule

import (
	"encoding/json"
	"reflect"
	"testing"

	"syncscope/assets"
)

// The embedded rules are those that encoding/json reads, checked.
func TestBuiltRulesAreTheJSON(t *testing.T) {
	got, err := builtRules()
	if err != nil {
		t.Fatal(err)
	}
	var want []Rule
	if err := json.Unmarshal([]byte(assets.Rules), &want); err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if err := want[i].ready(); err != nil {
			t.Error(err)
		}
	}
	if len(want) < 50 || !reflect.DeepEqual(got, want) {
		t.Errorf("%d rules, not the %d that encoding/json reads", len(got), len(want))
	}
}

// What is no list of rules is refused, wherever it ends.
func TestBuiltRulesRefuseWhatIsNone(t *testing.T) {
	whole := `[{"ID": "a\"b", "Side": true, "Line": 12, "Short": [{"Say": "x", "When": [{"Status": 403}]}], "Fix": [{"who": "dns", "Unless": [{"Fact": "y"}]}]}]`
	read := func(text string) ([]Rule, error) {
		var rules []Rule
		in := built{text: text, fields: map[reflect.Type]map[string][]int{}}
		return rules, in.value(reflect.ValueOf(&rules).Elem())
	}
	rules, err := read(whole)
	var want []Rule
	if bad := json.Unmarshal([]byte(whole), &want); err != nil || bad != nil || !reflect.DeepEqual(rules, want) {
		t.Fatalf("%+v, %v; want %+v, %v", rules, err, want, bad)
	}
	for n := range len(whole) {
		if _, err := read(whole[:n]); err == nil {
			t.Errorf("%q is taken for rules", whole[:n])
		}
	}
	for _, text := range []string{`{}`, `[{"Unknown": 1}]`, `[{"ID": 7}]`, `[{"Line": "x"}]`, `[{"Side": false}]`} {
		if _, err := read(text); err == nil {
			t.Errorf("%q is taken for rules", text)
		}
	}
}
