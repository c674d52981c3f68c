package terminal

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/adrg/xdg"

	"syncscope/capture/redact"
)

// A second process of ours watches over the one with the screen. What the Go
// runtime writes when the program dies (standard error, a pipe to the watcher)
// passes the gate there before anyone sees it, is kept as a crash file, and the
// terminal is set back, however the program ended: panic in any goroutine,
// fatal error, SIGQUIT, SIGKILL.
//
//	program ── fd 2 ──▶ pipe ──▶ watcher ──▶ gate ──▶ crash file, terminal
//
// The watcher has none of the run's secrets: it withholds every panic value
// that is not the runtime's own words, and all arguments in the traces.

// watcherEnv marks the watcher's process.
const watcherEnv = "SYNCSCOPE_CRASH_WATCHER"

// goodbye is what the program says to the watcher when it ends by itself.
const goodbye = "syncscope: end\n"

// Bounds of a crash report: of its lines, and of one line.
const (
	maxCrashLines = 20_000
	maxCrashLine  = 4 << 10
)

// IsWatcher reports whether this process is the watcher; then RunWatcher is
// all it does.
func IsWatcher() bool { return os.Getenv(watcherEnv) != "" }

// RunWatcher waits until the program has ended.
func RunWatcher() {
	ignoreSignals()
	lines, clean := readCrash(os.Stdin)
	if clean {
		return
	}
	terminalBack()
	if len(lines) == 0 { // killed without a word
		return
	}
	path, err := writeCrash(lines, time.Now())
	if err != nil {
		fmt.Fprintln(os.Stderr, "syncscope: it crashed, and no crash file could be written (give disk space to "+filepath.Dir(path)+")")
		return
	}
	fmt.Fprintf(os.Stderr, "syncscope: it crashed: %s (kept, without secrets, in %s)\n", lines[0], path)
}

// readCrash takes what the runtime writes, through the gate. clean: the program
// ended by itself.
func readCrash(r io.Reader) (lines []string, clean bool) {
	gate := redact.New()
	in := bufio.NewReaderSize(r, maxCrashLine)
	for {
		b, err := in.ReadSlice('\n')
		if string(b) == goodbye {
			return nil, true
		}
		if len(b) > 0 && len(lines) < maxCrashLines {
			lines = append(lines, harmless(gate, strings.TrimRight(string(b), "\r\n")))
		}
		if err != nil && err != bufio.ErrBufferFull {
			return lines, false
		}
	}
}

// crashWords are how the lines of a crash look; most runs see none.
type crashWords struct{ ours, trace, args *regexp.Regexp }

var wordsOfCrashes = sync.OnceValue(func() crashWords {
	return crashWords{
		ours:  regexp.MustCompile(`^(panic|fatal error): (runtime error: [a-z ,:'\[\]()0-9]*|[a-z ]*|invalid memory address.*|concurrent map .*)$|^SIG[A-Z]+: `),
		trace: regexp.MustCompile(`^(goroutine \d+ .*:|\t\S+:\d+( \+0x[0-9a-f]+)?|created by \S+.*|[\w./*()\[\]{}\-·]+\(.*\)|\[signal .*\]|PC=.*|exit status \d+|r\w+ +0x[0-9a-f]+|)$`),
		args:  regexp.MustCompile(`\((?:0x|\{|\.\.\.|_)[^)]*\)`),
	}
})

// harmless keeps the runtime's own words and the names of functions and files;
// the value of a panic and the arguments of calls may be anybody's.
func harmless(gate *redact.Session, line string) string {
	words := wordsOfCrashes()
	switch {
	case words.ours.MatchString(line):
		return gate.Foreign(line).String()
	case strings.HasPrefix(line, "panic: "), strings.HasPrefix(line, "fatal error: "):
		word, _, _ := strings.Cut(line, ":")
		return word + ": [value withheld]"
	case strings.HasPrefix(line, "r") && words.trace.MatchString(line) && strings.Contains(line, " 0x"):
		return "" // registers
	case words.trace.MatchString(line):
		return gate.Foreign(words.args.ReplaceAllString(line, "(...)")).String()
	}
	return "[line withheld]"
}

// writeCrash keeps a report where only its user reads it.
func writeCrash(lines []string, now time.Time) (path string, err error) {
	dir := filepath.Join(xdg.StateHome, "syncscope")
	path = filepath.Join(dir, "crash-"+now.UTC().Format("20060102-150405")+".txt")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return path, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return path, err
	}
	_, err = io.WriteString(f, strings.Join(lines, "\n")+"\n")
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return path, err
}

// leave is what a screen of ours may have switched on, switched off: the
// alternate screen, mouse, bracketed paste, focus and keyboard reports,
// synchronized output, a hidden cursor.
const leave = "\x1b[?2026l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[<u\x1b[>4m\x1b[?1049l\x1b[?25h\x1b[0m\r"
