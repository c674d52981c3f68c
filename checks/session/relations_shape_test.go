package session_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"slices"
	"unicode/utf8"
)

// widths are the columns at which lines are cut and wrapped.
func widths(from, to, step int) (out []int) {
	for w := from; w <= to; w += step {
		out = append(out, w)
	}
	return out
}

// cutLines ends every line of every file at a column.
func cutLines(f *fault) (out []variant) {
	for _, width := range widths(40, 240, 5) {
		out = append(out, mapLines(f, fmt.Sprintf("cut at %d columns", width), func(line []byte) []byte {
			return line[:min(len(line), width)]
		}))
	}
	return out
}

// wrapLines breaks every line of every file at a column, as a terminal's log does.
func wrapLines(f *fault) (out []variant) {
	for _, width := range widths(60, 240, 6) {
		out = append(out, mapLines(f, fmt.Sprintf("wrapped at %d columns", width), func(line []byte) []byte {
			return bytes.Join(wrapped(line, width), []byte("\n"))
		}))
	}
	return out
}

// wrapped are the rows of a line: a terminal breaks no character.
func wrapped(line []byte, width int) (rows [][]byte) {
	if !utf8.Valid(line) { // of another encoding: a character is a byte
		return slices.Collect(slices.Chunk(line, width))
	}
	for row := range slices.Chunk([]rune(string(line)), width) {
		rows = append(rows, []byte(string(row)))
	}
	return rows
}

// mapLines changes every line, without its end, of every file.
func mapLines(f *fault, label string, change func([]byte) []byte) variant {
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

// rotateLogs splits a log in two, the older part plain or packed.
func rotateLogs(f *fault) (out []variant) {
	all := f.in(asText)
	for i, x := range all {
		if !isLog(x.name) {
			continue
		}
		ls := splitLines(x.data)
		for _, n := range evenly(len(ls)-1, perFile/2) {
			older, newer := joinLines(ls[:n+1]), joinLines(ls[n+1:])
			if len(newer) == 0 {
				continue
			}
			out = append(out, variant{fmt.Sprintf("%s rotated after line %d, plain", x.name, n+1), asText, func() []file {
				return append(replaceFile(all, i, newer), file{x.name + ".9", older})
			}}, variant{fmt.Sprintf("%s rotated after line %d, packed", x.name, n+1), asText, func() []file {
				return append(replaceFile(all, i, newer), file{x.name + ".9.gz", gzipped(older)})
			}})
		}
	}
	return out
}

func gzipped(data []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(data) // a buffer takes all
	_ = z.Close()
	return out.Bytes()
}

// withNewline is a file's bytes with the end of the last line.
func withNewline(data []byte) []byte {
	if bytes.HasSuffix(data, []byte("\n")) {
		return data
	}
	return append(slices.Clip(data), '\n')
}

// glueFiles makes one file of all: in their order, backwards, and of the logs
// and captures alone, the rest beside it.
func glueFiles(f *fault) (out []variant) {
	all := f.in(asText)
	if len(all) < 2 {
		return nil
	}
	glue := func(files []file) file {
		var text []byte
		for _, x := range files {
			text = append(text, withNewline(x.data)...)
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

// pasteTwice gives a file's text two times: in one file, in two, and so all of them.
func pasteTwice(f *fault) (out []variant) {
	all := f.in(asText)
	double := func(x file) []byte { return slices.Concat(withNewline(x.data), x.data) }
	for i, x := range all {
		out = append(out, variant{x.name + " pasted twice", asText, func() []file { return replaceFile(all, i, double(x)) }},
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
