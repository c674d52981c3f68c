package lab

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// The SSM's journal holds what its log holds, as journalctl prints it: an entry
// is a line, its cursor the line's offset.

// journalEntry is a line of the log as journalctl -o json prints it.
func journalEntry(line string, at int64) []byte {
	e := map[string]any{"__CURSOR": fmt.Sprintf("s=lab;i=%x", at), "PRIORITY": "6"}
	stamp, rest := line, ""
	if len(line) > 16 {
		stamp, rest = line[:15], line[16:]
	}
	t, err := time.Parse(time.Stamp, stamp)
	host, rest, ok := strings.Cut(rest, " ")
	tag, msg, ok2 := strings.Cut(rest, ": ")
	if err != nil || !ok || !ok2 {
		t, host, tag, msg = time.Now().UTC(), "SSM-On-Prem", "lab", line
	} else {
		t = t.AddDate(time.Now().UTC().Year(), 0, 0)
	}
	tag, pid, _ := strings.Cut(strings.TrimSuffix(tag, "]"), "[")
	e["__REALTIME_TIMESTAMP"], e["_HOSTNAME"], e["SYSLOG_IDENTIFIER"], e["MESSAGE"] = strconv.FormatInt(t.UnixMicro(), 10), host, tag, msg
	if pid != "" {
		e["_PID"] = pid
	}
	b, _ := json.Marshal(e) // texts only: it cannot fail
	return append(b, '\n')
}

// journalctl prints the last -n entries.
func (s *shell) journalctl(args []string, std stdio) int {
	if s.host.rootOnly && !s.root {
		return 0 // as for a user with no entries of his own
	}
	n := 0
	for i, a := range args {
		if a == "-n" && i+1 < len(args) {
			n, _ = strconv.Atoi(args[i+1])
		}
	}
	b, _ := s.host.files[ssmMessages].from(0)
	lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
	at := int64(0)
	for i, line := range lines {
		if i >= len(lines)-n && line != "" {
			_, _ = std.out.Write(journalEntry(line, at)) // the reader may be gone
		}
		at += int64(len(line) + 1)
	}
	return 0
}

// followJournal plays the remote side of a followed journal
// (ssh/command/journal.sh): nonce, silence, cursor.
func (s *shell) followJournal(ctx context.Context, argv []string, std stdio) int {
	nonce, cursor := argv[len(argv)-3], argv[len(argv)-1]
	limit, err := strconv.Atoi(argv[len(argv)-2])
	if err != nil || s.host.rootOnly && !s.root {
		return 2
	}
	f := s.host.files[ssmMessages]
	at := f.size()
	if hex, ok := strings.CutPrefix(cursor, "s=lab;i="); ok {
		at, _ = strconv.ParseInt(hex, 16, 64)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w := &follower{nonce: nonce, out: std.out}
	w.mark("HELLO lab")
	s.host.lab.attach()
	go f.follow(ctx, &entries{w: w, at: at}, at)
	beats := make(chan bool)
	go func() {
		defer close(beats)
		for sc := bufio.NewScanner(std.in); sc.Scan(); {
			select {
			case beats <- true:
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case _, ok := <-beats:
			if !ok {
				return 0
			}
			w.mark("BEAT")
		case <-time.After(time.Duration(limit) * time.Second):
			return 5
		case <-ctx.Done():
			return 130
		}
	}
}

// entries turns lines into entries.
type entries struct {
	w    io.Writer
	at   int64
	part []byte
}

func (e *entries) Write(b []byte) (int, error) {
	e.part = append(e.part, b...)
	for {
		line, rest, ok := strings.Cut(string(e.part), "\n")
		if !ok {
			return len(b), nil
		}
		if _, err := e.w.Write(journalEntry(line, e.at)); err != nil {
			return 0, err
		}
		e.at += int64(len(line) + 1)
		e.part = []byte(rest)
	}
}

// console is a login shell that is none: one typed word leads to the shell.
func console(h *host, t *terminal) int {
	_, _ = io.WriteString(t, "Welcome to the SSM On-Prem console. Type help for the list of commands.\n")
	for {
		_, _ = io.WriteString(t, "onprem-console> ")
		line, ok := t.readLine()
		switch line = strings.TrimSpace(line); {
		case !ok || line == "exit":
			return 0
		case line == "shell" && !h.lab.opts.Manner.NoShell:
			serveShell(h, t, "["+h.User+"@"+h.Name+" ~]$ ")
		case line != "":
			_, _ = fmt.Fprintf(t, "%s: unknown command\n", line)
		}
	}
}
