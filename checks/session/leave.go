package session

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"syncscope/checks/report"
	"syncscope/checks/view"
)

// Leave writes, in lines of a width, what stays on the normal screen of a screen that is gone: from
// its last update, and the copies that it made. What ran on the hosts is told
// by Account once Close is over, which takes some seconds.
func (l *Live) Leave(w io.Writer, last view.Update, copies []string, width int) error {
	out := report.Leaving{Report: l.Report(last), Shown: &last, Files: append(copied(copies), l.cfg.files()...), Width: width}
	if !l.began.IsZero() {
		out.Took = l.cfg.Now().Sub(l.began)
	}
	switch {
	case l.cfg.Simulated:
		out.Notice = "simulated, on this machine, and gone with it"
	case l.cfg.SSH.Audit != nil:
		out.Notice = "asked what of ours still runs there"
	}
	for i, f := range out.Files {
		out.Files[i].Path = l.cfg.Gate.Shown(f.Path)
	}
	return report.Leave(w, out)
}

// maxCopies is how many copies are named by themselves.
const maxCopies = 5

// copied names the copies that were made.
func copied(copies []string) (out []report.File) {
	if len(copies) > maxCopies {
		return []report.File{{What: fmt.Sprintf("%d copies", len(copies)), Path: filepath.Dir(copies[0])}}
	}
	for _, c := range copies {
		out = append(out, report.File{What: "copy", Path: c})
	}
	return out
}

// files are those that the run has written by itself.
func (c *Config) files() []report.File {
	var out []report.File
	add := func(what, path string) {
		if path != "" {
			out = append(out, report.File{What: what, Path: path})
		}
	}
	add("what was sent", c.SSH.Audit.Path())
	for _, file := range c.SSH.Pool.Noted() {
		add("host keys you trusted", file)
	}
	if dir := c.PlaceDir; dir != "" {
		if _, err := os.Stat(dir); err == nil {
			add("how far the logs were read", dir)
		}
	}
	return out
}
