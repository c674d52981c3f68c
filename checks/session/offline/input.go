package offline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"syncscope/capture"
	"syncscope/capture/redact"
)

// InputError is a path that cannot be read; its text says what to do.
type InputError struct {
	Path string
	What string
	Hint string
}

// Error is one line: object, what, what to do.
func (e *InputError) Error() string { return fmt.Sprintf("%s: %s (%s)", e.Path, e.What, e.Hint) }

// InputErrors are the paths of a run of which none can be read.
type InputErrors []*InputError

// Error is one line of all of them.
func (all InputErrors) Error() string {
	lines := make([]string, len(all))
	for i, e := range all {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "; ")
}

// Unwrap gives each of them.
func (all InputErrors) Unwrap() []error {
	out := make([]error, len(all))
	for i, e := range all {
		out[i] = e
	}
	return out
}

// ErrNoPath is what a run without paths is told.
var ErrNoPath = &InputError{"analyze", "no path is given", "give logs, captures, folders or archives; - is standard input"}

// input is one file to read: on disk, from standard input, or inside an
// archive. Its name is the path as given, relative inside a folder,
// a.tar.gz!path in an archive.
type input struct {
	name  string
	named bool        // given by itself, not found in a folder or an archive
	file  io.ReaderAt // its bytes, where they are there as they are; else nil
	size  int64
	step  bool                   // other logs are read meanwhile: none of it is to be read ahead
	once  func(*capture.Decoder) // readies one for a single reading; nil: it is read twice
}

// visit reads one input. It need not read to the end. An *InputError leaves the
// input out; any other error ends the run.
type visit func(in input, r io.Reader) error

// maxFiles bounds how many files a folder or an archive may bring.
const maxFiles = 10_000

// inputs are the files of a run. They are visited in the same order each time.
type inputs struct {
	paths []string
	gate  *redact.Session
	pipes map[string]*pipe
	left  left // of the newest visit
	watch *progress
	doing string // what the visit does, for who waits
	heads heads
	asIs  bool // no text is repaired

	reached  func(name string, h head) time.Time // how far a log is read, nil: nothing tells
	together bool                                // logs are read in step, of which who waits was told
}

func newInputs(paths []string, o Options) *inputs {
	in := &inputs{gate: o.Gate, watch: o.progress, doing: "reading", pipes: map[string]*pipe{}}
	for _, p := range paths {
		if p == "-" {
			if in.pipes[p] != nil { // there is one standard input
				continue
			}
			in.pipes[p] = newPipe(o.stdin(), false, o.progress)
		}
		in.paths = append(in.paths, p)
	}
	return in
}

// close closes what was opened for all visits.
func (p *inputs) close() {
	for _, s := range p.pipes {
		s.close()
	}
}

// each visits every file. last: there will be no more visits.
func (p *inputs) each(ctx context.Context, last bool, v visit) error {
	p.left = left{}
	read := func(path string, v visit) error { return p.left.out(true, p.path(ctx, path, last, v)) }
	if err := p.list(p.paths, func(path string) string { return path }, last, read, v); err != nil {
		return err
	}
	return ctx.Err()
}

// list visits files by read; name is what one is called in the report.
func (p *inputs) list(files []string, name func(string) string, last bool, read func(string, visit) error, v visit) error {
	var logs []*lane
	if last {
		files = p.heads.arrange(files, name)
		files, logs = p.heads.long(files, name)
	}
	for _, file := range files {
		if err := read(file, v); err != nil {
			return err
		}
	}
	for _, l := range logs {
		l.run(func(v visit) error { return read(l.file, v) }, v)
	}
	return p.inStep(logs)
}

// path visits a file, the files of a folder, or a pipe.
func (p *inputs) path(ctx context.Context, path string, last bool, v visit) error {
	if s := p.pipes[path]; s != nil {
		return p.pipe(ctx, path, s, last, v)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return p.openError(path, err)
	case info.IsDir():
		return p.folder(ctx, path, last, v)
	case info.Mode()&fs.ModeDevice != 0 && !isInput(info):
		return &InputError{p.gate.Foreign(path).String(), "is a device", "give a file, or - for standard input"}
	case info.Mode().IsRegular() && sparse(info):
		return &InputError{p.gate.Foreign(path).String(), "is a file of holes: nearly nothing of it was written", "copy the log again"}
	case !info.Mode().IsRegular():
		f, err := openPipe(path)
		if err != nil {
			return p.openError(path, err)
		}
		p.pipes[path] = newPipe(f, info.Mode()&fs.ModeNamedPipe != 0, p.watch)
		return p.pipe(ctx, path, p.pipes[path], last, v)
	}
	return p.file(ctx, input{name: path, named: true}, path, v)
}

// isInput reports whether a device is our own standard input, by another name.
func isInput(info fs.FileInfo) bool {
	own, err := os.Stdin.Stat()
	return err == nil && os.SameFile(own, info)
}

func (p *inputs) pipe(ctx context.Context, name string, s *pipe, last bool, v visit) error {
	p.begin(name, 0)
	r, err := s.read(ctx, last)
	switch {
	case errors.Is(err, errSpool):
		return &InputError{p.gate.Foreign(name).String(), err.Error(), "save it to a file and give its path"}
	case err != nil && ctx.Err() == nil:
		return p.openError(name, err)
	case err != nil:
		return err
	}
	return p.unpack(ctx, input{name: name, named: true}, r, v)
}

func (p *inputs) file(ctx context.Context, in input, path string, v visit) error {
	f, err := os.Open(path)
	if err != nil {
		return p.openError(in.name, err)
	}
	defer f.Close()
	var size int64
	if info, err := f.Stat(); err == nil {
		size = info.Size()
	}
	p.begin(in.name, size)
	return p.unpack(ctx, in, f, v)
}

// begin tells who waits what is visited now.
func (p *inputs) begin(name string, size int64) {
	if name == "-" {
		name = "standard input"
	}
	if p.watch != nil && !p.together {
		p.watch.begin(p.doing+" "+p.gate.Shown(p.gate.Foreign(name).String()), size)
	}
}

// folder visits the regular files below root, by their names relative to it.
func (p *inputs) folder(ctx context.Context, root string, last bool, v visit) error {
	root, err := filepath.EvalSymlinks(root)
	if err != nil {
		return p.openError(root, err)
	}
	files, err := p.walk(ctx, root)
	if err != nil {
		return err
	}
	read := func(name string, v visit) error {
		return p.left.out(false, p.file(ctx, input{name: filepath.ToSlash(name)}, filepath.Join(root, name), v))
	}
	if err := p.list(files, filepath.ToSlash, last, read, v); err != nil {
		return err
	}
	if len(files) == 0 {
		return &InputError{p.gate.Foreign(root).String(), "holds no files", "check the path"}
	}
	return nil
}

// walk gives the regular files below root and notes what is left out.
func (p *inputs) walk(ctx context.Context, root string) (files []string, err error) {
	more := false
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		name, rerr := filepath.Rel(root, path)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && path == root:
			return p.openError(root, err)
		case err != nil: // the rest can be read
			return p.left.out(false, p.openError(filepath.ToSlash(name), err))
		case rerr != nil:
			return rerr
		case d.IsDir():
			return nil
		case !d.Type().IsRegular():
			p.left.note(p.gate.Foreign(filepath.ToSlash(name)).String() + ": is a link, a pipe or a device, not read")
			return nil
		case len(files) >= maxFiles:
			more = true
			return fs.SkipAll
		}
		files = append(files, name)
		return nil
	})
	if more {
		p.left.note(fmt.Sprintf("%s: holds more than %d files; the others are not read", p.gate.Foreign(root), maxFiles))
	}
	sort.Strings(files)
	return files, err
}

func (p *inputs) openError(path string, err error) error {
	name := p.gate.Foreign(path).String()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &InputError{name, "no such file or folder", "check the path"}
	case errors.Is(err, fs.ErrPermission):
		return &InputError{name, "permission denied", "give yourself the right to read it"}
	}
	return &InputError{name, "cannot be read", "check the path"}
}

// maxNotes bounds what is said of inputs.
const maxNotes = 100

// left is what was left out of a visit, or was read in part.
type left struct {
	notes    []string
	more     int // beyond maxNotes
	named    InputErrors
	repaired []string          // what was done to texts so that they could be read
	repairs  map[string]string // the same by the inputs' names
}

// out leaves an input out if err says that it cannot be read, and gives back
// what ends the run. named: a person gave it by itself.
func (l *left) out(named bool, err error) error {
	var bad *InputError
	if !errors.As(err, &bad) {
		return err
	}
	l.note(bad.Error())
	if named {
		l.named = append(l.named, bad)
	}
	return nil
}

func (l *left) note(s string) {
	if len(l.notes) >= maxNotes {
		l.more++
		return
	}
	l.notes = append(l.notes, s)
}

// repair notes what was done to a text.
func (l *left) repair(input, name, what string) {
	if len(l.repaired) >= maxNotes {
		return
	}
	if l.repairs == nil {
		l.repairs = map[string]string{}
	}
	l.repaired, l.repairs[input] = append(l.repaired, name+": "+what), what
}

// count is how much was said.
func (l *left) count() int { return len(l.notes) + l.more }

// said are the notes, with the number of those that are not there.
func (l *left) said() []string {
	slices.Sort(l.repaired) // in whatever order they were read
	notes := append(slices.Clip(l.repaired), l.notes...)
	if l.more == 0 {
		return notes
	}
	return append(notes, fmt.Sprintf("%d more notes like these", l.more))
}
