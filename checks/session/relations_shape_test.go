package session_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"slices"
)

// widths are the columns at which lines are cut and wrapped.
func widths(from, to, step int) (out []int) {
	for w := from; w <= to; w += step {
		out = append(out, w)
	}
	return out
}

// cut ends every line of every file at a column.
func cut(f *fault) (out []variant) {
	for _, width := range widths(40, 240, 5) {
		out = append(out, reshaped(f, fmt.Sprintf("cut at %d columns", width), func(line []byte) []byte {
			return line[:min(len(line), width)]
		}))
	}
	return out
}

// wrapped breaks every line of every file at a column, as a terminal's log does.
func wrapped(f *fault) (out []variant) {
	for _, width := range widths(60, 240, 6) {
		out = append(out, reshaped(f, fmt.Sprintf("wrapped at %d columns", width), func(line []byte) []byte {
			return bytes.Join(slices.Collect(slices.Chunk(line, width)), []byte("\n"))
		}))
	}
	return out
}

// reshaped changes every line, without its end, of every file.
func reshaped(f *fault, label string, change func([]byte) []byte) variant {
	return variant{label, asText, func() []file {
		out := f.in(asText)
		for i, x := range out {
			ls := bytes.Split(x.data, []byte("\n"))
			for n, l := range ls {
				ls[n] = change(l)
			}
			out[i].data = bytes.Join(ls, []byte("\n"))
		}
		return out
	}}
}

// rotated splits a log in two, the older part plain or packed.
func rotated(f *fault) (out []variant) {
	all := f.in(asText)
	for i, x := range all {
		if !isLog(x.name) {
			continue
		}
		ls := lines(x.data)
		for _, n := range evenly(len(ls)-1, perFile/2) {
			older, newer := joined(ls[:n+1]), joined(ls[n+1:])
			if len(newer) == 0 {
				continue
			}
			out = append(out, variant{fmt.Sprintf("%s rotated after line %d, plain", x.name, n+1), asText, func() []file {
				return append(replaced(all, i, newer), file{x.name + ".9", older})
			}}, variant{fmt.Sprintf("%s rotated after line %d, packed", x.name, n+1), asText, func() []file {
				return append(replaced(all, i, newer), file{x.name + ".9.gz", packed(older)})
			}})
		}
	}
	return out
}

func packed(data []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(data) // a buffer takes all
	_ = z.Close()
	return out.Bytes()
}

// ended is a file's bytes with the end of the last line.
func ended(data []byte) []byte {
	if bytes.HasSuffix(data, []byte("\n")) {
		return data
	}
	return append(slices.Clip(data), '\n')
}

// glued makes one file of all: in their order, backwards, and of the logs and
// captures alone, the rest beside it.
func glued(f *fault) (out []variant) {
	all := f.in(asText)
	if len(all) < 2 {
		return nil
	}
	glue := func(files []file) file {
		var text []byte
		for _, x := range files {
			text = append(text, ended(x.data)...)
		}
		return file{"ticket.txt", text}
	}
	out = append(out, variant{"all in one file", asText, func() []file { return []file{glue(all)} }},
		variant{"all in one file, backwards", asText, func() []file {
			files := slices.Clone(all)
			slices.Reverse(files)
			return []file{glue(files)}
		}})
	var streams, others []file
	for _, x := range all {
		if streamOf(x.name) != "" {
			streams = append(streams, x)
		} else {
			others = append(others, x)
		}
	}
	if len(streams) > 1 && len(others) > 0 {
		out = append(out, variant{"the streams in one file", asText, func() []file { return append(slices.Clone(others), glue(streams)) }})
	}
	return out
}

// twice gives a file's text two times: in one file, in two, and so all of them.
func twice(f *fault) (out []variant) {
	all := f.in(asText)
	double := func(x file) []byte { return slices.Concat(ended(x.data), x.data) }
	for i, x := range all {
		out = append(out, variant{x.name + " pasted twice", asText, func() []file { return replaced(all, i, double(x)) }},
			variant{x.name + " given twice", asText, func() []file { return append(slices.Clone(all), file{"copy-" + x.name, x.data}) }})
	}
	return append(out, variant{"all pasted twice", asText, func() []file {
		files := slices.Clone(all)
		for i, x := range files {
			files[i].data = double(x)
		}
		return files
	}})
}
