package follow

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"syncscope/ssh/command"
)

// Found is what a search on the host brought: of each file some of its lines, in
// their order, the oldest file first.
type Found struct {
	Text    []byte   // whole lines
	Lines   int      // of Text
	Files   []string // that were looked at, the newest first
	Attempt bool     // lines of an attempt are among them
	Short   bool     // its time was over before all was looked at
}

// Search looks on the host for the last attempt and the last success before what
// Backlog has read.
func (l *Log) Search(ctx context.Context) (Found, error) {
	if l.journal != nil {
		return Found{}, errors.New("the journal is not searched")
	}
	res, err := l.run(ctx, command.LogSearch(l.path, l.read))
	if err != nil {
		return Found{}, err
	}
	return ParseFound(res.Reader())
}

// ParseFound reads what a search printed.
func ParseFound(r io.Reader) (found Found, err error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return found, err
	}
	var files []*foundFile
	for line := range bytes.Lines(b) {
		switch text := strings.TrimRight(string(line[:min(len(line), 200)]), "\r\n"); {
		case strings.HasPrefix(text, command.SearchFile):
			files = append(files, &foundFile{lines: map[int][]byte{}})
			found.Files = append(found.Files, strings.TrimPrefix(text, command.SearchFile))
		case strings.HasPrefix(text, command.SearchOver):
			found.Short = true
		case len(files) == 0:
			return found, errors.New("the search's answer is not understood")
		case strings.HasPrefix(text, command.SearchClass):
			files[len(files)-1].begin(strings.TrimPrefix(text, command.SearchClass))
		default:
			files[len(files)-1].add(line)
		}
	}
	if len(files) == 0 {
		return found, errors.New("the search printed nothing")
	}
	for _, f := range slices.Backward(files) {
		f.end()
		found.Attempt = found.Attempt || f.attempt
		for _, n := range slices.Sorted(maps.Keys(f.lines)) {
			found.Text = append(found.Text, f.lines[n]...)
			found.Lines++
		}
	}
	return found, nil
}

// foundFile are the lines of one file, by their numbers in it.
type foundFile struct {
	lines   map[int][]byte
	attempt bool
	class   int // -1: one line of each three minutes
	section [][]byte
	since   int // before it, lines of a class are missing
	thin    []int
}

func (f *foundFile) begin(name string) {
	f.end()
	class, err := strconv.Atoi(name)
	if f.class = class; err != nil || class >= len(command.Searched) {
		f.class = -1
	}
}

func (f *foundFile) add(line []byte) { f.section = append(f.section, line) }

// end keeps the lines of a section. Where there were more of its class than may
// come, the first one may be cut, and nothing before it tells that no other is
// there: lines that only show that the log was looked at do not count there.
func (f *foundFile) end() {
	lines, size := f.section, 0
	f.section = nil
	for _, line := range lines {
		size += len(line)
	}
	most := command.Class{Lines: command.SampleLines, Bytes: command.SampleBytes}
	if f.class >= 0 {
		most = command.Searched[f.class]
	}
	full := f.class >= 0 && len(lines) >= most.Lines
	if size >= most.Bytes {
		full, lines = f.class >= 0, lines[1:]
	}
	first := 0
	for _, line := range lines {
		n, text, ok := numbered(line)
		if !ok {
			continue
		}
		if first == 0 {
			first = n
		}
		if f.class < 0 {
			if _, is := f.lines[n]; !is {
				f.thin = append(f.thin, n)
			}
		}
		f.lines[n] = text
		f.attempt = f.attempt || f.class == 0
	}
	if full {
		f.since = max(f.since, first)
	}
	f.class = -1
	f.thin = slices.DeleteFunc(f.thin, func(n int) bool {
		if n < f.since {
			delete(f.lines, n)
		}
		return n < f.since
	})
}

// numbered takes the number off a line: "12:text" of a match, "12-text" around one.
func numbered(line []byte) (n int, text []byte, ok bool) {
	i := 0
	for i < len(line) && i < 10 && line[i] >= '0' && line[i] <= '9' {
		i++
	}
	if i == 0 || i == len(line) || line[i] != ':' && line[i] != '-' {
		return 0, nil, false
	}
	n, err := strconv.Atoi(string(line[:i]))
	return n, line[i+1:], err == nil
}
