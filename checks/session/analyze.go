package session

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/netip"

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

	// Reference turns everything off that exists for speed alone: one pass,
	// prefetch, blocks, packets taken as they pass, excerpts cut when they are
	// cited, lines known to be clean, the sieve, and more cores than one. The
	// report is the same, byte for byte; a test compares them.
	Reference bool

	rules func() ([]checks.Rule, error) // in place of Rules, once they are read; nil: those
}

// Analyze reads saved logs, captures and archives of them, and diagnoses them.
// Each file is read twice: the secrets first, so that none shows that only a
// later line reveals (but see readOnce). It ends with ctx's error soon after ctx
// ends, whatever it waits for.
func Analyze(ctx context.Context, paths []string, o Options) (report.Report, error) {
	return Interruptible(ctx, func() (report.Report, error) { return analyze(ctx, paths, o) })
}

func analyze(ctx context.Context, paths []string, o Options) (report.Report, error) {
	collectLate()
	if r, ok, err := readOnce(ctx, paths, o); ok {
		return r, err
	}
	var learned []*redact.Lines
	err := each(ctx, paths, o.Gate, new([]string), func(in input, r io.Reader) error {
		lines, err := o.learn(r)
		learned = append(learned, lines)
		return unreadable(in, o.Gate, err)
	})
	if err != nil {
		return report.Report{}, err
	}
	rd := newReading(o)
	err = each(ctx, paths, o.Gate, &rd.report.Notes, func(in input, r io.Reader) error {
		if rd.read >= len(learned) {
			return &InputError{o.Gate.Foreign(in.name).String(), "appeared while it was read", "start again when nothing writes there"}
		}
		rd.read++
		return rd.file(in, r, learned[rd.read-1])
	})
	if err != nil {
		return report.Report{}, err
	}
	return rd.done(ctx, paths)
}

// learn takes what is secret in one file.
func (o Options) learn(r io.Reader) (*redact.Lines, error) {
	if o.Reference {
		return capture.LearnReference(o.Gate, r)
	}
	return capture.Learn(o.Gate, r)
}

// known is what to give instead of what cannot be read.
const known = "give vmanage-server.log, the SSM's messages or tcpdump's text"

// reading is the second reading of all files.
type reading struct {
	engine *checks.Engine
	peer   netip.Addr // from --peer; invalid: not given
	gate   *redact.Session
	report report.Report
	read   int
	plain  bool // see Options.Reference
	rules  func() ([]checks.Rule, error)
	names  *acquaintance // nil: names are not hidden
}

func newReading(o Options) *reading {
	rd := &reading{engine: checks.NewEngine(o.Rules, o.Peer), peer: o.Peer, gate: o.Gate, rules: o.rules, plain: o.Reference, report: report.Report{Version: o.Version}}
	if o.Reference {
		rd.report.Workers = 1
		rd.engine.SetWorkers(1)
	}
	return rd
}

// done is the diagnosis of all that was read.
func (rd *reading) done(ctx context.Context, paths []string) (_ report.Report, err error) {
	if len(rd.report.Sources) == 0 {
		return report.Report{}, &InputError{rd.gate.Foreign(paths[0]).String(), "holds nothing that is known", known}
	}
	if rd.rules != nil {
		rules, err := rd.rules()
		if err != nil {
			return report.Report{}, err
		}
		rd.engine.Rules(rules)
	}
	if rd.report.Diagnosis, err = rd.engine.DiagnoseContext(ctx); err != nil {
		return report.Report{}, err
	}
	rd.report.Masked = rd.gate.Counts()
	return private(rd.gate, rd.report), nil
}

// file decodes one file; lines are what Learn told of it, nil where it is read
// once. What was not given by itself and is nothing known is
// noted; it does not stop the run.
func (rd *reading) file(in input, r io.Reader, lines *redact.Lines) error {
	name := rd.gate.Foreign(in.name)
	src := capture.Source{ID: capture.SourceID(len(rd.report.Sources) + 1), Title: name}
	rd.engine.Source(src)
	dec := capture.NewDecoder(src, rd.gate, func(ev capture.Event) {
		if rd.names != nil {
			rd.names.event(ev)
		}
		rd.engine.Observe(ev)
	})
	dec.SetPeer(rd.peer)
	rd.hasten(dec, in, lines)
	n, err := dec.ReadFrom(r)
	broken := dec.Close() // in any case: it may be ahead of the engine
	if err := unreadable(in, rd.gate, err); err != nil {
		return err
	}
	what, hint := "", known
	switch err := broken; {
	case err != nil && dec.Packets() > 0: // what was read counts
		rd.report.Notes = append(rd.report.Notes, name.String()+": "+rd.gate.Foreign(err.Error()).String())
	case err != nil:
		what = rd.gate.Foreign(err.Error()).String()
	case n == 0:
		what, hint = "is empty", "nothing can be read from it; save the log again"
	case dec.Source().Kind == capture.KindUnknown:
		what = "is nothing that is known"
	}
	switch {
	case what != "" && in.named:
		return &InputError{name.String(), what, hint}
	case what != "":
		rd.report.Notes = append(rd.report.Notes, name.String()+": "+what)
		return nil
	}
	rd.report.Sources = append(rd.report.Sources, checks.SourceStatus{
		Source: dec.Source(), State: capture.Ended, Lines: dec.Lines(), Packets: dec.Packets(), Skipped: dec.Skipped(),
	})
	return nil
}

// hasten turns on what makes dec fast, or nothing of it.
func (rd *reading) hasten(dec *capture.Decoder, in input, lines *redact.Lines) {
	if rd.plain {
		dec.SetReference()
		return
	}
	dec.SetLearned(lines)
	if lines == nil {
		dec.SetFile(in.file)
	}
	dec.SetSieve(rd.engine.Bears)
	dec.SetPassing(rd.engine.Passing)
}

// unreadable is what stops a run while a file is read. A broken archive's
// error goes on as it is: unpack says what it means.
func unreadable(in input, gate *redact.Session, err error) error {
	var onDisk *fs.PathError
	if errors.As(err, &onDisk) {
		return &InputError{gate.Foreign(in.name).String(), "cannot be read to its end", "check the file"}
	}
	return err
}
