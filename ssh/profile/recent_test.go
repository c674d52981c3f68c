package profile

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestRecent(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	one := Recent{Managers: []string{"admin@192.0.2.1"}, SSM: "adm@192.0.2.2", Jumps: []string{"me@jump,other:22"}}
	two := Recent{Managers: []string{"admin@192.0.2.1", "admin@192.0.2.3"}, Peer: "ssm.example:8443"}
	for _, r := range []Recent{one, two, one} {
		if err := Remember(dir, r); err != nil {
			t.Fatal(err)
		}
	}
	if got := LoadRecent(dir); !reflect.DeepEqual(got, []Recent{one, two}) {
		t.Errorf("%v", got)
	}
	if st, err := os.Stat(filepath.Join(dir, recentFile)); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st, err)
	}
	if err := ForgetRecent(dir, one); err != nil || len(LoadRecent(dir)) != 1 {
		t.Errorf("%v, %v", err, LoadRecent(dir))
	}
	if err := ForgetRecent(dir, two); err != nil {
		t.Error(err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Errorf("left behind: %v", files)
	}
	for i := range 2 * maxRecent {
		if err := Remember(dir, Recent{SSM: fmt.Sprintf("a@192.0.2.%d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if got := LoadRecent(dir); len(got) != maxRecent || got[0].SSM != fmt.Sprintf("a@192.0.2.%d", 2*maxRecent-1) {
		t.Errorf("%v", got)
	}
}

// A login that somebody typed with its password in it is not kept, nor shown
// if a file of another's making has it.
func TestRecentKeepsNoPassword(t *testing.T) {
	dir := t.TempDir()
	for _, r := range []Recent{
		{Managers: []string{"admin:Made-Up-1@192.0.2.1"}}, {SSM: "adm:Made-Up-1@192.0.2.2"}, {SSM: "a@192.0.2.1", Jumps: []string{"j@x,me:Made-Up-1@y"}},
		{Managers: []string{"admin@Made-Up-1@192.0.2.1"}}, {SSM: "a@b", Peer: "https://u:Made-Up-1@192.0.2.3"},
	} {
		if err := Remember(dir, r); err != nil {
			t.Fatal(err)
		}
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Errorf("kept: %v", files)
	}
	text := `[{"ssm":"adm:Made-Up-1@192.0.2.2"},{"ssm":"adm@192.0.2.2"},{"ssm":"adm@\u001b]52;c;eA\u0007"},{"profile":"\u202ebal"}]`
	if err := os.WriteFile(filepath.Join(dir, recentFile), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := LoadRecent(dir); len(got) != 1 || strings.Contains(got[0].SSM, "Made") {
		t.Errorf("%v", got)
	}
}
