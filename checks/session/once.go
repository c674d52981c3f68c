package session

import (
	"context"
	"errors"
	"io"

	"syncscope/capture"
	"syncscope/capture/redact"
	"syncscope/checks/report"
)

// onceFrom is the size from which a listing by itself is read once, if it can be.
var onceFrom int64 = 1 << 20

// onceHead is how much of a file must show that it is a listing.
const onceHead = 16 << 10

var errTwice = errors.New("must be read twice")

// readOnce reads a single listing in one go. Files are read twice for the secrets
// that only a later line reveals; where the whole of it reveals none, what was
// made of it meanwhile is what a second reading would make. ok is false where it
// does reveal one, or where this is nothing for one reading: then nothing of it
// counts.
func readOnce(ctx context.Context, paths []string, o Options) (r report.Report, ok bool, err error) {
	if o.Reference || len(paths) != 1 || !o.Gate.Blank() || o.Gate.Privacy() {
		return r, false, nil
	}
	read := false
	rd := newReading(o)
	err = each(ctx, paths, o.Gate, &rd.report.Notes, func(in input, r io.Reader) error {
		if in.file == nil || in.size < onceFrom || !capture.Listing(io.NewSectionReader(in.file, 0, onceHead)) {
			return errTwice
		}
		read = true
		if err := rd.file(in, blankOnly{r, o.Gate}, nil); err != nil {
			return err
		}
		if !o.Gate.Blank() {
			return errTwice
		}
		var err error
		rd.report, err = rd.done(ctx, paths) // what it cites is cut from the file, which is open
		return err
	})
	if errors.Is(err, errTwice) {
		o.Gate.Recount()
		return r, false, nil
	}
	return rd.report, read, err
}

// blankOnly reads until the gate has seen a secret.
type blankOnly struct {
	r    io.Reader
	gate *redact.Session
}

func (b blankOnly) Read(p []byte) (int, error) {
	if !b.gate.Blank() {
		return 0, errTwice
	}
	return b.r.Read(p)
}
