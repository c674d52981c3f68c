package offline_test

import (
	"testing"

	"syncscope/capture/redact"
	"syncscope/checks/diagnose"
	"syncscope/checks/session/offline"
)

// testOptions are those of a run on our own rules.
func testOptions(t *testing.T) offline.Options {
	t.Helper()
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	return offline.Options{Gate: redact.New(), Rules: rules, Version: "test"}
}
