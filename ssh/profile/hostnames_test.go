package profile

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestHostNames(t *testing.T) {
	name := filepath.Join(t.TempDir(), "config")
	text := "Host vmanage-1 *.lab !no\n  User admin\n# Host old\nhost ssm vmanage-1\nMatch host x\n"
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := HostNames(name), []string{"vmanage-1", "ssm"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := HostNames(name + ".absent"); got != nil {
		t.Errorf("%q", got)
	}
}
