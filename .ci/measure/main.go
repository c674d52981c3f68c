// Command measure runs the benchmarks of .ci/bench and prints one table: line,
// figure, ratio and what is asked.
//
//	go run ./.ci/measure [logs|live|packets|memory|start|FILE.pcap]...
//
// What comes in: the sections to run (none: all), a capture for the packets, and
// the variables ROUNDS, SCALE (divides all sizes), LIMIT (seconds for one run)
// and TMPDIR. What goes out: the table, row by row. Compared programs run in the
// same round, one after the other; a figure is the median of the rounds. All
// files lie in a temporary folder, which is deleted.
package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run of the benchmarks.
type bench struct {
	ctx     context.Context
	dir     string // for all that is written
	program string
	pcap    string // what the packets are made of
	rounds  int
	scale   int
	limit   time.Duration // of one process
	table   table
}

// sections are the parts that can be run alone, in their order.
var sections = []struct {
	name string
	run  func(*bench) error
}{
	{"start", (*bench).start},
	{"packets", (*bench).packets},
	{"live", (*bench).live},
	{"memory", (*bench).memory},
	{"logs", (*bench).logs},
}

func run(ctx context.Context, args []string) (err error) {
	b := &bench{ctx: ctx, pcap: "../shared/corpus/bench/bench-30k.pcap", table: table{out: os.Stdout}}
	var chosen []string
	if chosen, err = b.arguments(args); err != nil {
		return err
	}
	if err := b.settings(); err != nil {
		return err
	}
	if b.dir, err = os.MkdirTemp("", "bench"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	if err := b.prepare(); err != nil {
		return err
	}
	b.table.head()
	for _, s := range sections {
		if !slices.Contains(chosen, s.name) {
			continue
		}
		if err := s.run(b); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// arguments are names of sections, and a capture, which alone means packets.
func (b *bench) arguments(args []string) (chosen []string, err error) {
	var all []string
	for _, s := range sections {
		all = append(all, s.name)
	}
	for _, arg := range args {
		switch _, err := os.Stat(arg); {
		case slices.Contains(all, arg):
			chosen = append(chosen, arg)
		case err != nil:
			return nil, fmt.Errorf("%s: neither a capture nor one of %s", arg, strings.Join(all, ", "))
		default:
			b.pcap = arg
		}
	}
	switch {
	case len(args) == 0:
		chosen = all
	case len(chosen) == 0:
		chosen = []string{"packets"}
	}
	return chosen, nil
}

func (b *bench) settings() error {
	seconds := 0
	for _, v := range []struct {
		name string
		to   *int
		def  int
	}{{"ROUNDS", &b.rounds, 5}, {"SCALE", &b.scale, 1}, {"LIMIT", &seconds, 120}} {
		*v.to = v.def
		text := os.Getenv(v.name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return fmt.Errorf("%s=%s: not a whole number from 1 on", v.name, text)
		}
		*v.to = n
	}
	b.limit = time.Duration(seconds) * time.Second
	return nil
}

// lnavFormat makes lnav read the Manager's log as a log. Without it, lnav takes
// it for text, and only one of the two would have worked.
//
//go:embed lnav.json
var lnavFormat []byte

// prepare builds the program and gives its peer a home without other settings.
func (b *bench) prepare() error {
	formats := filepath.Join(b.dir, ".lnav", "formats", "manager")
	if err := os.MkdirAll(formats, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(formats, "manager.json"), lnavFormat, 0o600); err != nil {
		return err
	}
	b.program = filepath.Join(b.dir, "syncscope")
	return b.goTool("build", "-trimpath", "-o", b.program, ".")
}

// goTool runs go, in the module's root.
func (b *bench) goTool(args ...string) error {
	cmd := exec.CommandContext(b.ctx, "go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w: %s", args[0], err, out)
	}
	return nil
}

// file is a file of this run.
func (b *bench) file(name string) string { return filepath.Join(b.dir, name) }

// room tells why size bytes more are not written; "" if they can be.
func (b *bench) room(size int64) string {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(b.dir, &fs); err != nil {
		return fmt.Sprintf("skipped: free space of %s is not known: %v", b.dir, err)
	}
	const kept = 1 << 30 // for all else that the machine writes
	if free := int64(fs.Bavail) * int64(fs.Bsize); free < size+kept {
		return fmt.Sprintf("skipped: %d MB free, needs %d", free/1e6, (size+kept)/1e6)
	}
	return ""
}
