package redact_test

import (
	"encoding/hex"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"syncscope/capture/redact"
)

type leakCase struct {
	Name, Text string
	Secrets    []string
}

// cases are those of redaction.json, and a folder's files under its own secrets.
func cases(t testing.TB) []leakCase {
	t.Helper()
	needCases(t)
	data, err := os.ReadFile(filepath.Join(shared, "redaction.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []leakCase
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// folders are the texts of every recorded run.
func folders(t testing.TB) []leakCase {
	t.Helper()
	needCases(t)
	truths, err := filepath.Glob(filepath.Join(shared, "*", "truth.json"))
	if err != nil || len(truths) == 0 {
		t.Fatal("no case folders", err)
	}
	var all []leakCase
	for _, path := range truths {
		var truth struct{ Secrets []string }
		data, err := os.ReadFile(path)
		if err == nil {
			err = json.Unmarshal(data, &truth)
		}
		if err != nil {
			t.Fatal(err)
		}
		texts, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")) // the pattern is good
		for _, name := range texts {
			if base := filepath.Base(name); base == "truth.json" || strings.HasSuffix(base, ".pcap") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, leakCase{filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(name), string(text), truth.Secrets})
		}
	}
	return all
}

// grams are the runs of eight characters of a secret that do not stand outside
// of one.
func (c leakCase) grams() map[string]bool {
	outside := c.Text
	for _, s := range c.Secrets {
		outside = strings.ReplaceAll(outside, strings.TrimPrefix(s, "HEX:"), "\x00")
	}
	grams := map[string]bool{}
	for _, s := range c.Secrets {
		s = strings.TrimPrefix(s, "HEX:")
		for i := 0; i+8 <= len(s); i++ {
			if !strings.Contains(outside, s[i:i+8]) {
				grams[s[i:i+8]] = true
			}
		}
	}
	return grams
}

var (
	apart  = regexp.MustCompile(`[ \n\t:|-]+`)
	digits = regexp.MustCompile(`(?m)^\s*(0x)?[0-9a-f]{4,8}( -|:)? +((?:[0-9a-f]{2,4}[ -])+[0-9a-f]{2,4}).*$`)
)

// leak tells what of c's secrets is readable in out, as text or as hex.
func (c leakCase) leak(grams map[string]bool, out string) string {
	for _, s := range c.Secrets {
		if len(s) < 8 && strings.Contains(out, s) {
			return "a short secret"
		}
	}
	for i := 0; i+8 <= len(out); i++ {
		if grams[out[i:i+8]] {
			return out[max(0, i-30):min(len(out), i+38)]
		}
	}
	var dumped []string
	for _, row := range digits.FindAllStringSubmatch(out, -1) {
		dumped = append(dumped, row[3])
	}
	for _, text := range []string{out, apart.ReplaceAllString(strings.Join(dumped, " "), "")} {
		lower := strings.ToLower(text)
		for g := range grams {
			if strings.Contains(lower, hex.EncodeToString([]byte(g))) {
				return "hex of " + g
			}
		}
	}
	return ""
}

// Every case: nothing readable, all lines there, and a second pass changes
// nothing.
func TestNothingLeaks(t *testing.T) {
	for _, c := range append(cases(t), folders(t)...) {
		out, _ := passed(t, c.Text)
		if at := c.leak(c.grams(), out); at != "" {
			t.Errorf("%s: readable: %q", c.Name, at)
		}
		if got, want := strings.Count(out, "\n"), strings.Count(c.Text, "\n"); got != want {
			t.Errorf("%s: %d lines became %d", c.Name, want+1, got+1)
		}
		if again, _ := passed(t, out); again != out {
			t.Errorf("%s: a second pass changes it:\n%s\n%s", c.Name, diff(out, again), diff(again, out))
		}
	}
}

// diff is the first line of a that b does not have.
func diff(a, b string) string {
	other := strings.Split(b, "\n")
	for i, l := range strings.Split(a, "\n") {
		if i >= len(other) || other[i] != l {
			return l
		}
	}
	return ""
}

// once gives text as it is shown live: each line as it comes.
func once(text string) string {
	st := redact.NewWithKey([]byte("test")).Stream()
	var out []string
	for _, l := range strings.Split(text, "\n") {
		out = append(out, st.Line(redact.Wrap([]byte(l))).String())
	}
	return strings.Join(out, "\n")
}

// A page of whatever width wraps the lines; a source of whatever limit cuts
// them at their ends, or what comes first is missing.
func TestWrappedAndCutLinesDoNotLeak(t *testing.T) {
	for _, c := range cases(t) {
		if strings.Contains(c.Name, "dump") {
			continue
		}
		grams := c.grams()
		telling := maps.Clone(grams) // a part that is letters alone may be a word: were it masked, the mask would tell it
		maps.DeleteFunc(telling, func(g string, _ bool) bool {
			return strings.Trim(g, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
		})
		for _, width := range c.widths(20) {
			wrapped := wrap(c.Text, width)
			for how, out := range map[string]string{"live": once(wrapped), "read twice": first(passed(t, wrapped))} {
				if at := c.leak(grams, out); at != "" {
					t.Errorf("%s: wrapped at %d, %s: readable: %q", c.Name, width, how, at)
					break
				}
			}
		}
		lines := strings.Split(c.Text, "\n")
		for i, line := range lines {
			before := strings.Join(append(lines[:i:i], ""), "\n")
			for _, at := range c.cuts(line) {
				if got := c.leak(grams, once(before+line[:at])); got != "" {
					t.Errorf("%s: cut at %d: readable: %q", c.Name, at, got)
					break
				}
			}
			for _, at := range c.cuts(line) {
				out, _ := passed(t, c.Text+"\n"+line[at:])
				if got := c.leak(telling, out); got != "" {
					t.Errorf("%s: without its first %d: readable: %q", c.Name, at, got)
					break
				}
			}
		}
	}
}

func first(out string, _ *redact.Session) string { return out }

func wrap(text string, width int) string {
	var out []string
	for _, l := range strings.Split(text, "\n") {
		for len(l) > width {
			out, l = append(out, l[:width]), l[width:]
		}
		out = append(out, l)
	}
	return strings.Join(out, "\n")
}
