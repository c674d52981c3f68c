package main

import (
	"fmt"

	"syncscope/.ci/sessionlog"
)

// start is how long the program takes to be there, beside a process that does
// nothing.
func (b *bench) start() error {
	s, err := b.write(1, sessionlog.PerSignIn)
	if err != nil {
		return err
	}
	nothing := &job{args: []string{"true"}}
	analyze := b.analyze(found, s.paths...)
	analyze.first = true
	rows := []struct {
		name string
		job  *job
	}{
		{"start: true (does nothing)", nothing},
		{"start: version", &job{args: []string{b.program, "version"}}},
		{"start: first output of analyze, one attempt", analyze},
		{"start: first plain line of demo (logs in to both hosts)", &job{args: []string{b.program, "demo"}, first: true}},
	}
	const more = 4 // they are short, and vary
	if err := b.alternate(more*b.rounds, rows[0].job, rows[1].job, rows[2].job, rows[3].job); err != nil {
		return err
	}
	for _, r := range rows {
		if r.job.fault != "" {
			b.table.row(r.name, r.job.fault, "", "")
			continue
		}
		b.table.row(r.name, fmt.Sprintf("%s, %d MB", short(r.job.wall()), median(r.job.peaks)/1e6), r.job.times(nothing, "true"), "")
	}
	return s.remove()
}
