package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"

	"syncscope/.ci/sessionlog"
)

// Sizes of the large inputs. Standard input stays below what analyze takes.
const (
	largeLog   = 2_000_000_000
	largePcap  = 1_000_000_000
	pipedLog   = 500_000_000
	quietEach  = 10_000 // quiet lines to a sign-in
	peakRounds = 3      // a peak hardly varies
)

// memory is the peak of memory that large inputs take.
func (b *bench) memory() error {
	return errors.Join(
		b.peakOfLog("a log of %d MB", largeLog, false),
		b.peakOfLog("a log of %d MB on standard input", pipedLog, true),
		b.peakOfPcap(),
	)
}

func (b *bench) peakOfLog(name string, bytes int64, piped bool) error {
	bytes /= int64(b.scale)
	name = fmt.Sprintf("peak memory, "+name, bytes/1e6)
	asked := askedMemory
	if piped {
		asked = askedStdin
	}
	if why := b.room(bytes); why != "" {
		b.table.row(name, why, "", asked)
		return nil
	}
	path := b.file("large.log")
	if err := b.writeLog(path, bytes); err != nil {
		return err
	}
	return errors.Join(b.peak(name, path, found, piped, asked), os.Remove(path))
}

func (b *bench) peakOfPcap() error {
	bytes := int64(largePcap / b.scale)
	name := fmt.Sprintf("peak memory, a pcap of %d MB", bytes/1e6)
	why := b.missing()
	if why == "" {
		why = b.room(bytes)
	}
	if why != "" {
		b.table.row(name, why, "", askedMemory)
		return nil
	}
	small, err := size(b.pcap)
	if err != nil {
		return err
	}
	c, err := b.repeat("large.pcap", int(max(1, bytes/small)))
	if err != nil {
		return err
	}
	name = fmt.Sprintf("peak memory, a pcap of %d MB", c.bytes/1e6)
	return errors.Join(b.peak(name, c.path, answered, false, askedMemory), b.peak(name+" on standard input", c.path, answered, true, askedStream), os.Remove(c.path))
}

// peak measures one input, as a file or through a pipe.
func (b *bench) peak(name, path string, codes []int, piped bool, asked string) error {
	n, err := size(path)
	if err != nil {
		return err
	}
	j := b.analyze(codes, path)
	if piped {
		j = b.analyze(codes, "-")
		j.piped = path
	}
	if err := b.alternate(min(b.rounds, peakRounds), j); err != nil {
		return err
	}
	if j.fault != "" {
		b.table.row(name, j.fault, "", asked)
		return nil
	}
	rss := median(j.peaks)
	b.table.row(name, fmt.Sprintf("%d MB in %s, CPU %s", rss/1e6, short(j.wall()), short(median(j.cpus))), fmt.Sprintf("%.3f × input", float64(rss)/float64(n)), asked)
	return nil
}

// writeLog writes a Manager's log of at least so many bytes.
func (b *bench) writeLog(path string, bytes int64) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<20)
	p := sessionlog.Pace{SignIn: signInEvery, Quiet: signInEvery / quietEach}
	written := int64(0)
	s := sessionlog.Start(seed, begin, p, func(h sessionlog.Host, line []byte) {
		if h == sessionlog.Manager {
			written += int64(len(line))
			_, _ = w.Write(line) // Flush tells of errors
		}
	})
	for written < bytes && b.ctx.Err() == nil {
		s.Until(s.Now().Add(signInEvery))
	}
	return errors.Join(b.ctx.Err(), w.Flush())
}
