package offline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"strings"
	"time"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks/diagnose"
	"syncscope/checks/report"
	"syncscope/checks/rule"
	"syncscope/checks/session/names"
	"syncscope/checks/view"
)

// Analyze reads saved logs, captures and archives of them, and diagnoses them.
// Each file is read twice: the secrets first, so that none shows that only a
// later line reveals (but see readOnce). What cannot be read or placed is named
// in the report's notes; the run fails only if nothing is left. It ends with
// ctx's error soon after ctx ends, whatever it waits for.
func Analyze(ctx context.Context, paths []string, o Options) (report.Report, error) {
	if len(paths) == 0 {
		return report.Report{}, ErrNoPath
	}
	var stop func()
	o.progress, stop = watch(o.Status)
	defer stop()
	return Interruptible(ctx, func() (report.Report, error) { return analyze(ctx, paths, o) })
}

func analyze(ctx context.Context, paths []string, o Options) (report.Report, error) {
	collectLate()
	in := newInputs(paths, o)
	defer in.close()
	if r, ok, err := readOnce(ctx, in, o); ok {
		return r, err
	}
	in.doing, in.heads.plain = "looking for secrets in", o.Reference
	learned := learnedLines{}
	err := in.each(ctx, false, func(one input, r io.Reader) error {
		r, done := in.heads.note(one, r)
		lines, err := o.learn(r)
		done()
		learned[one.name] = append(learned[one.name], lines)
		return err
	})
	if err != nil {
		return report.Report{}, err
	}
	in.doing = "reading"
	rd := newReading(o, &in.left)
	if in.heads.texts { // what the rules ask of lines is looked for as these are read; captures have none
		if err := rd.loadRules(); err != nil {
			return report.Report{}, err
		}
	}
	in.reached, rd.heads = rd.reached, &in.heads
	err = in.each(ctx, true, func(in input, r io.Reader) error {
		lines, ok := learned.next(in.name)
		if !ok {
			return &InputError{o.Gate.Foreign(in.name).String(), "appeared while it was read", "start again when nothing writes there"}
		}
		return rd.file(in, r, lines)
	})
	if err != nil {
		return report.Report{}, err
	}
	in.heads.asFound(rd.report.Sources, rd.called)
	return rd.done(ctx, in.paths)
}

// learnedLines are what Learn told of the files of each name, in the order in
// which they were read. An archive may hold a name twice.
type learnedLines map[string][]*redact.Lines

// next takes a name's next one; false: the first reading did not see it.
func (l learnedLines) next(name string) (*redact.Lines, bool) {
	all := l[name]
	if len(all) == 0 {
		return nil, false
	}
	l[name] = all[1:]
	return all[0], true
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
	engine   *diagnose.Engine
	peer     netip.Addr // from --peer; invalid: not given
	gate     *redact.Session
	report   report.Report
	left     *left
	plain    bool // see Options.Reference
	watch    *progress
	rules    func() ([]rule.Rule, error)
	names    *names.Seen               // nil: names are not hidden
	called   map[event.SourceID]string // the sources' names among the inputs
	begun    map[string]event.SourceID // the newest source of each name
	cut      []string                  // of which lines that tell something have no end
	noDevice []event.SourceID          // listings of an interface that is not there
	heads    *heads                    // nil: there is one file only
	trails   trails
	ids      event.SourceID // how many were given
}

func newReading(o Options, l *left) *reading {
	rd := &reading{engine: diagnose.NewEngine(o.Rules, o.Peer), peer: o.Peer, gate: o.Gate, left: l, rules: o.Late, plain: o.Reference, watch: o.progress, called: map[event.SourceID]string{}, begun: map[string]event.SourceID{}, report: report.Report{Version: o.Version}}
	if o.Reference {
		rd.report.Workers = 1
		rd.engine.SetWorkers(1)
	}
	return rd
}

// done is the diagnosis of all that was read.
func (rd *reading) done(ctx context.Context, paths []string) (_ report.Report, err error) {
	if len(rd.report.Sources) == 0 {
		if len(rd.left.named) > 0 {
			return report.Report{}, rd.left.named
		}
		return report.Report{}, &InputError{rd.gate.Foreign(paths[0]).String(), "holds nothing that is known", known}
	}
	if err := rd.loadRules(); err != nil {
		return report.Report{}, err
	}
	lines, packets := 0, 0
	for _, s := range rd.report.Sources {
		lines, packets = lines+s.Lines, packets+s.Packets
	}
	rd.watch.begin(fmt.Sprintf("judging %d lines and %d packets", lines, packets), 0)
	if rd.report.Diagnosis, err = rd.engine.Report(ctx); err != nil {
		return report.Report{}, err
	}
	for _, id := range rd.report.Diagnosis.Turned {
		rd.left.note(rd.gate.Foreign(rd.called[id]).String() + ": its newest line comes first; it was read from its end")
	}
	for i := range rd.report.Sources {
		s := &rd.report.Sources[i]
		if did := rd.left.repairs[rd.called[s.Source.ID]]; did != "" {
			s.Repairs = strings.Split(did, "; ")
		}
	}
	rd.explain()
	rd.report.Notes = rd.left.said()
	for _, e := range rd.left.named {
		rd.report.Unread = append(rd.report.Unread, e.Error())
	}
	rd.report.Masked = rd.gate.Counts()
	return names.Private(rd.gate, rd.report), nil
}

// loadRules gives the engine the rules that are read meanwhile.
func (rd *reading) loadRules() error {
	if rd.rules == nil {
		return nil
	}
	rules, err := rd.rules()
	if err == nil {
		rd.engine.Rules(rules)
	}
	rd.rules = nil
	return err
}

// file decodes one file; lines are what Learn told of it, nil where it is read
// once. What was not given by itself and is nothing known is
// noted; it does not stop the run.
func (rd *reading) file(in input, r io.Reader, lines *redact.Lines) error {
	name := rd.gate.Foreign(in.name)
	rd.ids++
	src := event.Source{ID: rd.ids, Title: name}
	rd.begun[in.name] = src.ID
	var before *capture.Trail
	if rd.heads != nil && rd.heads.of[in.name].wire {
		if before = rd.trails.take(in.name, rd.heads.of[in.name].begun); before != nil {
			src.First = before.First
		}
	}
	rd.engine.Source(src)
	var covers span
	dec := capture.NewDecoder(src, rd.gate, func(ev event.Event) {
		if rd.names != nil {
			rd.names.Event(ev)
		}
		if line, is := ev.(*event.LogEntry); is {
			covers.take(line.At)
		}
		rd.engine.Observe(ev)
	})
	dec.SetPeer(rd.peer)
	dec.SetWords(rd.engine.Words())
	rd.hasten(dec, in, lines, &covers)
	dec.Continue(before)
	head := &beginning{r: r}
	n, err := decode(dec, in, head)
	broken := dec.Close() // in any case: the decoder may have read further than the engine
	rd.trails.put(in.name, dec.Trail())
	what, hint := "", known
	var onDisk *fs.PathError
	switch {
	case errors.As(err, &onDisk) && dec.Lines()+dec.Packets() > 0:
		rd.left.note(name.String() + ": cannot be read to its end; what came before was read")
	case errors.As(err, &onDisk):
		return &InputError{name.String(), "cannot be read", "check the file"}
	case err != nil: // unpack says what it means
		return err
	}
	switch err := broken; {
	case err != nil && dec.Packets() > 0: // what was read counts
		rd.left.note(name.String() + ": " + rd.gate.Foreign(err.Error()).String())
	case err != nil:
		what = rd.gate.Foreign(err.Error()).String()
	case n == 0:
		what, hint = "is empty", "nothing can be read from it; save the log again"
	case dec.Source().Kind == event.KindUnknown:
		what, hint = capture.Looks(head.b)
		what = "is nothing that is known: it " + what
	}
	switch {
	case what != "" && in.named:
		return &InputError{name.String(), what, hint}
	case what != "":
		rd.left.note(name.String() + ": " + what + " (" + hint + ")")
		return nil
	}
	rd.missed(dec, name)
	for _, frames := range dec.Unread() {
		rd.left.note(name.String() + ": " + frames + " not read")
	}
	if dec.Cut() > 0 {
		rd.cut = append(rd.cut, name.String())
	}
	if dec.Packets() == 0 && bytes.Contains(head.b, []byte("No such device")) {
		rd.noDevice = append(rd.noDevice, src.ID)
	}
	rd.called[src.ID] = in.name
	rd.report.Sources = append(rd.report.Sources, view.SourceStatus{
		Source: dec.Source(), State: event.Ended, Lines: dec.Lines(), Packets: dec.Packets(), Skipped: dec.Skipped(),
		First: covers.first, Last: covers.last,
	})
	return nil
}

// missed notes the lines of a file that were not read though they would tell: the
// attempt that is shown may not be the last one.
func (rd *reading) missed(dec *capture.Decoder, name redact.Text) {
	for _, m := range dec.Missed() {
		rd.engine.Missed(dec.Source().ID, m.From, m.To)
		lines := fmt.Sprintf("line %d was not read: ", m.From)
		if m.To > m.From {
			lines = fmt.Sprintf("lines %d to %d were not read: ", m.From, m.To)
		}
		rd.left.note(name.String() + ": " + lines + m.What + " (" + m.Hint + ")")
	}
}

// decode has dec take all of a file. Of one that is read in step nothing is read
// ahead: what is read is taken before another log is.
func decode(dec *capture.Decoder, in input, r io.Reader) (int64, error) {
	if in.step {
		return io.Copy(struct{ io.Writer }{dec}, r)
	}
	return dec.ReadFrom(r)
}

// reached is how far a log is read; head is what it begins with.
func (rd *reading) reached(name string, h head) time.Time {
	return rd.engine.Reached(h.kind, rd.begun[name], h.at)
}

// hasten turns on what makes dec fast, or nothing of it.
func (rd *reading) hasten(dec *capture.Decoder, in input, lines *redact.Lines, covers *span) {
	if rd.plain {
		dec.SetReference()
		return
	}
	dec.SetLearned(lines)
	if in.once != nil {
		in.once(dec)
	}
	dec.SetSieve(func(ev *event.LogEntry) bool {
		covers.take(ev.At)
		return rd.engine.Bears(ev)
	})
	dec.SetPassing(rd.engine.Passing)
}
