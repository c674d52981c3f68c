package session_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
)

// perFile is how many positions of one file a relation tries: each of a short
// file, this many at even distances of a long one.
const perFile = 40

func lines(data []byte) [][]byte { return bytes.SplitAfter(data, []byte("\n")) }

func joined(lines [][]byte) []byte { return bytes.Join(lines, nil) }

// again changes nothing: what differs then, differs by chance.
func again(f *fault) (out []variant) {
	for _, as := range []form{asText, asPcap} {
		if f.in(as) != nil {
			out = append(out, variant{"once more", as, func() []file { return f.in(as) }})
		}
	}
	return out
}

// lineOut leaves out one line of one file.
func lineOut(f *fault) (out []variant) {
	all := f.in(asText)
	for i, x := range all {
		ls := lines(bytes.TrimSuffix(x.data, []byte("\n")))
		for _, n := range evenly(len(ls), perFile) {
			out = append(out, variant{fmt.Sprintf("%s without line %d", x.name, n+1), asText, func() []file {
				return replaced(all, i, joined(slices.Delete(slices.Clone(ls), n, n+1)))
			}})
		}
	}
	return out
}

// fileOut leaves out one file.
func fileOut(f *fault) (out []variant) {
	for _, as := range []form{asText, asPcap} {
		all := f.in(as)
		for i, x := range all {
			if len(all) > 1 && (as == asText || isPcap(x.name)) {
				out = append(out, variant{"without " + x.name, as, func() []file { return replaced(all, i, nil) }})
			}
		}
	}
	return out
}

// anyOrder gives the files in other orders: backwards, and by chance.
func anyOrder(f *fault) (out []variant) {
	all := f.in(asText)
	if len(all) < 2 {
		return nil
	}
	out = append(out, variant{"files backwards", asText, func() []file {
		files := slices.Clone(all)
		slices.Reverse(files)
		return files
	}})
	for n := range 7 {
		out = append(out, variant{fmt.Sprintf("files in order %d", n), asText, func() []file {
			files := slices.Clone(all)
			rand.New(rand.NewPCG(uint64(n), 1)).Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
			return files
		}})
	}
	return out
}
