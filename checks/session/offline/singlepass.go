package offline

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

var errTwice = errors.New("must be read twice")

// readOnce reads a single listing in one go. Files are read twice for the secrets
// that only a later line reveals; where the whole of it reveals none, what was
// made of it meanwhile is what a second reading would make. ok is false where it
// does reveal one, where its text needs repair, or where this is nothing for one
// reading: then nothing of it counts.
func readOnce(ctx context.Context, in *inputs, o Options) (r report.Report, ok bool, err error) {
	if o.Reference || len(in.paths) != 1 || !o.Gate.Blank() || o.Gate.Privacy() {
		return r, false, nil
	}
	rd := newReading(o, &in.left)
	in.asIs = true
	defer func() { in.asIs = false }()
	err = in.each(ctx, false, func(one input, from io.Reader) error {
		if one.file == nil || one.size < onceFrom {
			return errTwice
		}
		intact := capture.Listing(io.NewSectionReader(one.file, 0, capture.ListingStart))
		if intact == nil {
			return errTwice
		}
		one.once = func(d *capture.Decoder) {
			d.SetFile(one.file)
			d.SetIntact(intact)
		}
		if err := rd.loadRules(); err != nil {
			return err
		}
		if err := rd.file(one, blankOnly{from, o.Gate}, nil); errors.Is(err, capture.ErrRepair) {
			return errTwice
		} else if err != nil {
			return err
		}
		if !o.Gate.Blank() {
			return errTwice
		}
		var err error
		r, err = rd.done(ctx, in.paths) // what it cites is cut from the file, which is open
		ok = err == nil
		return err
	})
	if !ok && (err == nil || errors.Is(err, errTwice)) {
		o.Gate.Recount()
		return r, false, nil
	}
	return r, true, err
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
