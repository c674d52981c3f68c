package redact_test

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"syncscope/capture/redact"
)

const redactionShapes = "../../../shared/redaction-shapes"

// shape is one way in which a secret is written.
type shape struct {
	leakCase
	keyed bool // something beside the value names it
}

// sampleShapes are those of the shared folder.
func sampleShapes(t testing.TB) (all []shape) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(redactionShapes, "secrets.json"))
	if err != nil {
		t.Skip("../shared/redaction-shapes is not beside this checkout")
	}
	var truth map[string]struct {
		Secrets []string
		Keyed   bool
	}
	if err := json.Unmarshal(data, &truth); err != nil {
		t.Fatal(err)
	}
	for name, tt := range truth {
		text, err := os.ReadFile(filepath.Join(redactionShapes, name+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, shape{leakCase{name, string(text), tt.Secrets}, tt.Keyed})
	}
	slices.SortFunc(all, func(a, b shape) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// each gives text as it is shown if every line came alone.
func each(text string) string {
	var out []string
	gate := redact.NewWithKey([]byte("test"))
	for _, l := range strings.Split(text, "\n") {
		out = append(out, gate.Line(redact.Wrap([]byte(l))).String())
	}
	return strings.Join(out, "\n")
}

// leaks tells where a shape is readable: read twice as a file, and live.
func (s shape) leaks(t testing.TB) string {
	grams := s.grams()
	for how, out := range map[string]string{"file": first(passed(t, s.Text)), "live": once(s.Text)} {
		for _, said := range readings(out) {
			if at := s.leak(grams, said); at != "" {
				return fmt.Sprintf("%s: %q", how, at)
			}
		}
	}
	return ""
}

// readings are a text as it stands, and as somebody reads it who undoes what it
// went through: escapes, frames and folds, bytes written as numbers.
func readings(out string) []string {
	all := []string{out, html.UnescapeString(out), framed.ReplaceAllString(out, ""), numbers(out, decimal, 10), numbers(out, octalBytes, 8), columns(out)}
	for text, n := out, 0; n < 4; n++ {
		next, err := url.QueryUnescape(text)
		if err != nil || next == text {
			break
		}
		all, text = append(all, next), next
	}
	return all
}

var (
	framed     = regexp.MustCompile(`(\\|=)?[ \t│|]*\n[>│| \t↪]*`)
	decimal    = regexp.MustCompile(`\[\d+(, ?\d+)+\]`)
	octalBytes = regexp.MustCompile(`(\\[0-3][0-7]{2})+`)
	aDigit     = regexp.MustCompile(`\d+`)
	apartChars = regexp.MustCompile(`(?m)^[0-7]{7}((?:   [!-~])+)$`)
)

// numbers gives the bytes that are written in out as numbers.
func numbers(out string, run *regexp.Regexp, base int) string {
	var b []byte
	for _, list := range run.FindAllString(out, -1) {
		for _, d := range aDigit.FindAllString(list, -1) {
			n, _ := strconv.ParseUint(d, base, 8) // what is no byte is none of a secret
			b = append(b, byte(n))
		}
	}
	return string(b)
}

// columns are the characters that od -c writes apart.
func columns(out string) string {
	var b strings.Builder
	for _, row := range apartChars.FindAllStringSubmatch(out, -1) {
		b.WriteString(strings.ReplaceAll(row[1], "   ", ""))
	}
	return b.String()
}

// What beside a value names it is enough, however it is written. Shapes that are
// readable are in a committed list, which may only shrink.
func TestRedactionShapes(t *testing.T) {
	red := map[string]bool{}
	var unkeyed []string
	for _, s := range sampleShapes(t) {
		at := s.leaks(t)
		switch {
		case at == "":
		case !s.keyed:
			unkeyed = append(unkeyed, s.Name)
		default:
			red[s.Name] = true
			if !slices.Contains(redList(t), s.Name) {
				t.Errorf("%s: readable, %s", s.Name, at)
			}
		}
	}
	for _, name := range redList(t) {
		if !red[name] {
			t.Errorf("%s is masked: take it off the red list", name)
		}
	}
	t.Logf("%d readable: %v; without a key %v", len(red), red, unkeyed)
}

// redList are the shapes that are known to be readable.
func redList(t testing.TB) []string {
	data, err := os.ReadFile("testdata/readable.txt")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(data))
}
