package session

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"sort"

	"syncscope/capture"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/report"
)

// Options are what every run needs.
type Options struct {
	Gate    *redact.Session
	Rules   []checks.Rule
	Peer    netip.Addr // from --peer; invalid: not given
	Version string
}

// InputError is a path that cannot be read; its text says what to do.
type InputError struct {
	Path string
	What string
	Hint string
}

// Error is one line: object, what, what to do.
func (e *InputError) Error() string { return fmt.Sprintf("%s: %s (%s)", e.Path, e.What, e.Hint) }

// input is one file to read. Its name is the path as given, or relative to
// the folder given.
type input struct {
	name, path string
	named      bool // given by itself, not found in a folder
	lines      *redact.Lines
}

// maxFiles bounds how many files a folder may bring.
const maxFiles = 10_000

// Analyze reads saved logs and captures and diagnoses them. Each file is read
// twice: the secrets first, so that none shows that only a later line reveals.
func Analyze(paths []string, o Options) (report.Report, error) {
	inputs, err := expand(paths)
	if err != nil {
		return report.Report{}, err
	}
	for i := range inputs {
		if inputs[i].lines, err = learn(inputs[i], o.Gate); err != nil {
			return report.Report{}, err
		}
	}
	engine := checks.NewEngine(o.Rules, o.Peer)
	r := report.Report{Version: o.Version}
	for _, in := range inputs {
		st, err := read(in, len(r.Sources)+1, engine, o.Gate)
		var unknown *InputError
		if errors.As(err, &unknown) && !in.named {
			r.Notes = append(r.Notes, unknown.Path+": "+unknown.What)
			continue
		}
		if err != nil {
			return report.Report{}, err
		}
		r.Sources = append(r.Sources, st)
	}
	if len(r.Sources) == 0 {
		return report.Report{}, &InputError{o.Gate.Foreign(paths[0]).String(), "holds nothing that is known", "give vmanage-server.log, the SSM's messages or tcpdump's text"}
	}
	r.Diagnosis = engine.Diagnose()
	r.Masked = o.Gate.Counts()
	return r, nil
}

// expand turns folders into their files, in the order of their names.
func expand(paths []string) ([]input, error) {
	var out []input
	for _, p := range paths {
		if p == "-" {
			out = append(out, input{name: "-", path: "-", named: true})
			continue
		}
		info, err := os.Stat(p)
		if err != nil {
			return nil, openError(p, err)
		}
		if !info.IsDir() {
			out = append(out, input{name: p, path: p, named: true})
			continue
		}
		files, err := walk(p)
		if err != nil {
			return nil, openError(p, err)
		}
		out = append(out, files...)
	}
	return out, nil
}

func walk(root string) ([]input, error) {
	var out []input
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if len(out) >= maxFiles {
			return fs.SkipAll
		}
		name, err := filepath.Rel(root, path)
		out = append(out, input{name: filepath.ToSlash(name), path: path})
		return err
	})
	sort.Slice(out, func(i, j int) bool { return out[i].name < out[j].name })
	return out, err
}

func openError(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &InputError{path, "no such file or folder", "check the path"}
	case errors.Is(err, fs.ErrPermission):
		return &InputError{path, "permission denied", "give yourself the right to read it"}
	}
	return &InputError{path, "cannot be read", "check the path"}
}

// open gives the input's bytes. Standard input is kept in memory: it is read
// twice like every file.
func open(in input) (io.ReadCloser, error) {
	if in.path == "-" {
		return stdin()
	}
	f, err := os.Open(in.path)
	if err != nil {
		return nil, openError(in.name, err)
	}
	return f, nil
}

func learn(in input, gate *redact.Session) (*redact.Lines, error) {
	f, err := open(in)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines, err := capture.Learn(gate, f)
	if err != nil {
		return nil, &InputError{in.name, "cannot be read to its end", "check the file"}
	}
	return lines, nil
}

func read(in input, id int, engine *checks.Engine, gate *redact.Session) (checks.SourceStatus, error) {
	f, err := open(in)
	if err != nil {
		return checks.SourceStatus{}, err
	}
	defer f.Close()
	src := capture.Source{ID: capture.SourceID(id), Title: gate.Foreign(in.name)}
	engine.Source(src)
	dec := capture.NewDecoder(src, gate, engine.Observe)
	dec.SetLearned(in.lines)
	dec.SetSieve(engine.Bears)
	n, err := io.Copy(dec, f)
	if err != nil {
		return checks.SourceStatus{}, &InputError{in.name, "cannot be read to its end", "check the file"}
	}
	if err := dec.Close(); err != nil {
		return checks.SourceStatus{}, &InputError{in.name, err.Error(), "give vmanage-server.log, the SSM's messages or tcpdump's text"}
	}
	if n == 0 {
		return checks.SourceStatus{}, &InputError{in.name, "is empty", "nothing can be read from it; save the log again"}
	}
	if dec.Source().Kind == capture.KindUnknown {
		return checks.SourceStatus{}, &InputError{in.name, "is nothing that is known", "give vmanage-server.log, the SSM's messages or tcpdump's text"}
	}
	return checks.SourceStatus{Source: dec.Source(), State: capture.Ended, Lines: dec.Lines(), Packets: dec.Packets(), Skipped: dec.Skipped()}, nil
}
