package session_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"syncscope/checks/session/offline"
)

// seenInCapture are the cases whose cause a binary capture shows by itself:
// in its certificates, alerts and hellos.
var seenInCapture = []string{
	"tls-client-cert-alert", "tls-expired", "tls-hostname-mismatch-ip", "tls-incomplete-chain", "tls-untrusted-ca", "tls13-only-vs-12",
	"plain-http-on-8443", "proxy-403-connect", "proxy-407", "rst-after-clienthello", "zero-window", "mtu-blackhole",
}

// A capture alone names what it shows, and of a sync that went well it claims
// no cause.
func TestCaptureAlone(t *testing.T) {
	for _, path := range cases(t) {
		dir, tr := filepath.Dir(path), readTruth(t, path)
		name := filepath.Join(dir, "capture.pcap")
		if _, err := os.Stat(name); err != nil {
			continue
		}
		r, err := offline.Analyze(t.Context(), []string{name}, options(t))
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(dir), err)
			continue
		}
		got := answer(r.Diagnosis)
		right := slices.Contains(append(tr.AcceptedAlso, tr.RootCause), got)
		switch {
		case slices.Contains(seenInCapture, filepath.Base(dir)) && !right:
			t.Errorf("%s: %s, want %s", filepath.Base(dir), got, tr.RootCause)
		case slices.Contains(tr.NotRootCause, got):
			t.Errorf("%s: %s is claimed, it is none", filepath.Base(dir), got)
		case tr.RootCause == "none" && r.Diagnosis.RootCause != nil:
			t.Errorf("%s: %s is claimed of a sync that went well", filepath.Base(dir), got)
		}
	}
}
