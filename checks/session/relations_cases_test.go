package session_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// file is one input of a run: its name and its bytes.
type file struct {
	name string
	data []byte
}

// form is which of a case's files a run is given.
type form int

// The forms of a case: all that has text, the same with its capture in hex or
// in full, and one log alone.
const (
	asText form = iota
	asHex
	asPcap
	asPcap128
	ssmAlone
	forms
)

// fault is one case: its truth and the bytes of its files, read once. What the
// program says of an untouched form is worked out once too.
type fault struct {
	name  string
	truth truth
	files []file
	bases [forms]struct {
		once sync.Once
		says answers
	}
}

// faults are the cases of every folder of them.
func faults(t *testing.T) []*fault {
	t.Helper()
	var out []*fault
	for _, folder := range []string{"cases", "cases-new", "cases-reports", "cases-live", "cases-missing"} {
		paths, _ := filepath.Glob("../../../shared/" + folder + "/*/truth.json") // the pattern is well formed
		if len(paths) == 0 {
			t.Skipf("../shared/%s is not beside this checkout", folder)
		}
		for _, path := range paths {
			f := &fault{name: folder + "/" + filepath.Base(filepath.Dir(path)), truth: readTruth(t, path)}
			f.read(t, filepath.Dir(path))
			out = append(out, f)
		}
	}
	return out
}

func (f *fault) read(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if e.Name() != "truth.json" && len(data) > 0 {
			f.files = append(f.files, file{e.Name(), data})
		}
	}
}

func isPcap(name string) bool { return strings.HasSuffix(name, ".pcap") }

func isHex(name string) bool { return strings.HasSuffix(name, "-xx.txt") }

func isListing(name string) bool { return strings.HasPrefix(name, "tcpdump") && !isHex(name) }

func isManagerLog(name string) bool { return strings.HasPrefix(name, "vmanage-server.log") }

func isMessages(name string) bool { return strings.HasPrefix(name, "messages") }

func isLog(name string) bool { return isManagerLog(name) || isMessages(name) }

// has reports whether a case has a file of a kind.
func (f *fault) has(kind func(string) bool) bool {
	return slices.ContainsFunc(f.files, func(x file) bool { return kind(x.name) })
}

// in is the untouched input of a form; nil: the case has none. The caller may
// change the slice, and no bytes.
func (f *fault) in(as form) []file {
	keep := map[form]func(string) bool{
		asText:    func(name string) bool { return !isPcap(name) && !isHex(name) },
		asHex:     func(name string) bool { return !isPcap(name) && !isListing(name) },
		asPcap:    func(name string) bool { return !isHex(name) && !isListing(name) },
		asPcap128: func(name string) bool { return !isHex(name) && !isListing(name) },
		ssmAlone:  isMessages,
	}[as]
	needs := map[form]func(string) bool{asHex: isHex, asPcap: isPcap, asPcap128: isPcap, ssmAlone: isMessages}[as]
	if needs != nil && !f.has(needs) {
		return nil
	}
	var out []file
	for _, x := range f.files {
		if as == asPcap128 && isPcap(x.name) {
			x.data = snapPcap(x.data, 128)
		}
		if keep(x.name) {
			out = append(out, x)
		}
	}
	return out
}

// replaceFile is files with one of them changed, or left out where data is nil.
func replaceFile(files []file, i int, data []byte) []file {
	out := slices.Clone(files)
	if data == nil {
		return slices.Delete(out, i, i+1)
	}
	out[i].data = data
	return out
}

// leftOut names the file that is in before and not in after; empty: none is left out.
func leftOut(before, after []file) string {
	for _, f := range before {
		if len(after) < len(before) && !slices.ContainsFunc(after, func(x file) bool { return x.name == f.name }) {
			return f.name
		}
	}
	return ""
}

// base is what the program says of an untouched form.
func (f *fault) base(as form, run func([]file) answers) answers {
	b := &f.bases[as]
	b.once.Do(func() { b.says = run(f.in(as)) })
	return b.says
}

// evenly are at most n of the whole numbers below all, from the first to the
// last, at even distances: each position of a short file, a choice in a long one.
func evenly(all, n int) []int {
	var out []int
	for i := range min(all, n) {
		at := i
		if all > n {
			at = i * (all - 1) / (n - 1)
		}
		out = append(out, at)
	}
	return out
}
