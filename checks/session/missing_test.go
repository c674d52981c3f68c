package session_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"syncscope/checks/session/offline"
)

// succeeded are captures of sessions that went well, with something missing.
var succeeded = []string{"*ok12*", "*ok13*", "sgt-*", "oneway-*", "A-*", "curl13-drop*", "hello-missed*"}

// Of a session that went well, no cause is named, whatever a capture of it lacks:
// a packet, a direction, bytes of each packet, the first packets.
func TestMissingNamesNoCause(t *testing.T) {
	const folder = "../../../shared/corpus/missing"
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Skip("../shared/corpus/missing is not beside this checkout")
	}
	red, runs := redRuns(t), 0
	for _, e := range entries {
		name := e.Name()
		if !slices.ContainsFunc(succeeded, func(pattern string) bool { ok, _ := filepath.Match(pattern, name); return ok }) {
			continue
		}
		runs++
		r, err := offline.Analyze(t.Context(), []string{filepath.Join(folder, name)}, options(t))
		wrong := err != nil || r.Diagnosis.RootCause != nil
		switch run := "corpus/missing/" + name; {
		case wrong && !red[run]:
			t.Errorf("%s: %s, %v", name, answer(r.Diagnosis), err)
		case !wrong && red[run]:
			t.Errorf("%s is right now: take it off %s", name, stillRed)
		}
	}
	t.Logf("%d captures", runs)
}

// What fails is named by the packets that are there.
func TestMissingNamesWhatIsSeen(t *testing.T) {
	for name, want := range map[string]string{"accept-hang.pcap": "server-hung", "plainhttp-server.pcap": "plain-http-on-port", "curl-unknownca13.pcap": "tls-untrusted-ca"} {
		path := filepath.Join("../../../shared/corpus/missing", name)
		if _, err := os.Stat(path); err != nil {
			t.Skip("../shared/corpus/missing is not beside this checkout")
		}
		r, err := offline.Analyze(t.Context(), []string{path}, options(t))
		if err != nil {
			t.Fatal(err)
		}
		if got := answer(r.Diagnosis); got != want {
			t.Errorf("%s: %s, not %s", name, got, want)
		}
	}
}
