package session_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/checks/session"
	"syncscope/checks/view"
	"syncscope/ssh/lab"
)

// What stays when a run is left: the verdict, what was read, the files that were
// written, what ran on each host and that nothing does any more.
func TestWhatStaysWhenARunIsLeft(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state")
	_, live := connect(t, lab.Options{Scenario: "grant-not-found", Past: time.Minute}, func(c *session.Config) {
		if err := session.Keep(c, state); err != nil {
			t.Fatal(err)
		}
		c.Simulated = false
	})
	live.Start(t.Context())
	last := await(t, live, 20*time.Second, func(u view.Update) bool { return u.RootCause != nil && len(u.Attempts) > 0 })
	live.Close()
	var said strings.Builder
	if err := live.Leave(&said, last, []string{"/tmp/one.md", "/tmp/two.md"}, 100); err != nil {
		t.Fatal(err)
	}
	for _, line := range live.Account() {
		said.WriteString(line.String() + "\n")
	}
	for _, want := range []string{"403", "/tmp/two.md", "what was sent", state, "asked what of ours still runs there", "What ran:", "syncscope audit ", "What it cost:", "nothing of ours runs"} {
		if !strings.Contains(strings.Join(strings.Fields(said.String()), " "), want) {
			t.Errorf("%q is not told:\n%s", want, said.String())
		}
	}
}

// A name that the Manager cannot look up, and no peer at all, leave the capture with a
// sentence that says what to do.
func TestAPeerThatIsNotFound(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*session.Config)
		words  string
	}{
		"a name that nobody knows": {func(c *session.Config) { c.PeerName = "nowhere.example" }, "the Manager's resolver gives no address"},
		"no name":                  {func(c *session.Config) { c.PeerName = "not a name" }, "name"},
		"no peer":                  {func(c *session.Config) { c.PeerName, c.SSM = "", nil }, "--peer HOST, or press Sync once"},
	} {
		t.Run(name, func(t *testing.T) {
			_, live := connect(t, lab.Options{Scenario: "ok"}, tt.change)
			live.Start(t.Context())
			await(t, live, 40*time.Second, func(u view.Update) bool {
				for _, s := range u.Sources {
					if s.Source.Kind == event.TcpdumpText && s.State == event.Refused && strings.Contains(s.Detail, tt.words) {
						return true
					}
				}
				return false
			})
		})
	}
}
