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

func splitLines(data []byte) [][]byte { return bytes.SplitAfter(data, []byte("\n")) }

func joinLines(lines [][]byte) []byte { return bytes.Join(lines, nil) }

// unchanged changes nothing: what differs then, differs by chance.
func unchanged(f *fault) (out []variant) {
	for _, as := range []form{asText, asPcap} {
		if f.in(as) != nil {
			out = append(out, variant{"once more", as, func() []file { return f.in(as) }})
		}
	}
	return out
}

// dropLine leaves out one line of one file.
func dropLine(f *fault) (out []variant) {
	all := f.in(asText)
	for i, x := range all {
		ls := splitLines(bytes.TrimSuffix(x.data, []byte("\n")))
		for _, n := range evenly(len(ls), perFile) {
			out = append(out, variant{fmt.Sprintf("%s without line %d", x.name, n+1), asText, func() []file {
				return replaceFile(all, i, joinLines(slices.Delete(slices.Clone(ls), n, n+1)))
			}})
		}
	}
	return out
}

// dropFile leaves out one file.
func dropFile(f *fault) (out []variant) {
	for _, as := range []form{asText, asPcap} {
		all := f.in(as)
		for i, x := range all {
			if len(all) > 1 && (as == asText || isPcap(x.name)) {
				out = append(out, variant{"without " + x.name, as, func() []file { return replaceFile(all, i, nil) }})
			}
		}
	}
	return out
}

// shuffleFiles gives the files in other orders: backwards, and by chance.
func shuffleFiles(f *fault) (out []variant) {
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
