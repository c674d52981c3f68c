package capture_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"syncscope/capture/handshake"
)

// The captures with something missing whose truth is known: what is told of each
// is right, or nothing is.
func TestTruthsOfWhatIsMissing(t *testing.T) {
	names, _ := filepath.Glob(corpus + "missing/*.*") // the pattern is well formed
	good := regexp.MustCompile(`^(drop-)?(ok|curl13-drop|oneway|sgt|A-|tso|hello-missed|synack-missed|java-s12x2|stale)`)
	refused := regexp.MustCompile(`^(mtls13|java-url-go-mtls13|curl-unknownca13|proxy-refused)`)
	tls13 := regexp.MustCompile(`13`)
	tls12 := regexp.MustCompile(`ok12|s12|oneway|sgt|synack-missed|stale|tso`)
	n := 0
	for _, path := range names {
		name := filepath.Base(path)
		b, err := os.ReadFile(path)
		if err != nil || filepath.Ext(name) == ".md" {
			continue
		}
		for _, c := range ends(b) {
			n++
			stage, version, by := c.TLS.Stage.Is(), c.TLS.Version, c.Trouble.AlertBy.Is()
			switch {
			case good.MatchString(name) && (stage == handshake.TLSAlert || by != handshake.Nobody):
				t.Errorf("%s: an alert by %q ended a good session", name, by)
			case refused.MatchString(name) && c.TLS.Done():
				t.Errorf("%s: %s, though its certificate was refused", name, stage)
			}
			if v := version.Is(); v != 0 && (tls13.MatchString(name) && v != 0x0304 || tls12.MatchString(name) && v != 0x0303) {
				t.Errorf("%s: version %x", name, v)
			}
			if filepath.Ext(name) == ".txt" && c.TLS.Server == nil && (version.Basis() == handshake.BasisSeen || c.TLS.Stage.Basis() == handshake.BasisSeen) {
				t.Errorf("%s: a text has no bytes, and its TLS is called seen", name)
			}
		}
	}
	if n == 0 {
		t.Skip("../shared/corpus is not beside this checkout")
	}
}
