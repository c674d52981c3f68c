package lab

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// shell is a small Linux shell: words, quotes, ; and |, and the few programs
// that reading a log takes, over the files of one host.
type shell struct {
	host   *host
	root   bool
	valid  bool // sudo has asked on this terminal
	status int
	onlcr  func(bool) // stty -onlcr; nil without a terminal
	echo   func(bool)
}

// stdio is what a program reads and writes.
type stdio struct {
	in       io.Reader
	out, err io.Writer
}

// run executes a line and leaves its status in s.status.
func (s *shell) run(ctx context.Context, line string, io stdio) {
	for _, statement := range split(line, ';') {
		if ctx.Err() != nil {
			s.status = 130
			return
		}
		s.pipeline(ctx, statement, io)
	}
}

// pipeline runs programs joined by |, each over the whole output of the one
// before: none of the log commands needs more.
func (s *shell) pipeline(ctx context.Context, statement string, std stdio) {
	parts := split(statement, '|')
	in := std.in
	for i, part := range parts {
		argv := words(part, s.status)
		if len(argv) == 0 {
			continue
		}
		if i == len(parts)-1 {
			s.status = s.program(ctx, argv, stdio{in, std.out, std.err})
			return
		}
		var buf bytes.Buffer
		s.status = s.program(ctx, argv, stdio{in, &buf, std.err})
		in = &buf
	}
}

// split cuts at sep outside quotes.
func split(line string, sep byte) []string {
	var out []string
	var quote byte
	at := 0
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == sep:
			out = append(out, line[at:i])
			at = i + 1
		}
	}
	return append(out, line[at:])
}

// words are a command's words without quotes, redirections and assignments.
func words(part string, status int) []string {
	var out []string
	for _, w := range split(strings.TrimSpace(part), ' ') {
		switch {
		case w == "" || strings.HasPrefix(w, "2>") || strings.HasPrefix(w, "<"):
		case len(out) == 0 && strings.Contains(w, "=") && !strings.HasPrefix(w, "-"):
		default:
			w = strings.NewReplacer("'", "", `"`, "").Replace(w)
			out = append(out, strings.ReplaceAll(w, "$?", strconv.Itoa(status)))
		}
	}
	return out
}

// programs are what the shell can run.
func (s *shell) program(ctx context.Context, argv []string, std stdio) int {
	if status, ok := s.asked(argv, std); ok {
		return status
	}
	switch argv[0] {
	case "printf":
		return printf(argv[1:], std.out)
	case "echo":
		fmt.Fprintln(std.out, strings.Join(argv[1:], " "))
		return 0
	case "stty":
		return s.stty(argv[1:])
	case "stat":
		return s.stat(argv[1:], std)
	case "tail":
		return s.tail(ctx, argv[1:], std)
	case "ls":
		for _, name := range s.host.rotated {
			if slices.ContainsFunc(argv[1:], func(a string) bool { return strings.HasPrefix(name, strings.TrimSuffix(a, "[0-9]*")) }) {
				fmt.Fprintln(std.out, name)
			}
		}
		return 0
	case "head":
		return head(argv[1:], std)
	case "sudo":
		return s.sudo(ctx, argv[1:], std)
	case "id":
		fmt.Fprintln(std.out, map[bool]string{true: "uid=0(root)", false: "uid=1000(" + s.host.User + ")"}[s.root])
		return 0
	case "date":
		now := s.host.now()
		if len(argv) > 1 && argv[1] == "-u" {
			now = now.UTC()
		}
		fmt.Fprintln(std.out, now.Format("Mon Jan _2 15:04:05 MST 2006"))
		return 0
	case "pgrep":
		return 1 // none of the simulated programs is a process
	case "true":
		return 0
	case "journalctl":
		return s.journalctl(argv[1:], std)
	case "timeout":
		if n := len(argv) - 4; n > 0 && argv[n] == followName {
			return s.followJournal(ctx, argv, std)
		}
		if n := len(argv) - 8; n > 0 && argv[n] == followName {
			return s.follow(ctx, argv, std)
		}
	case "test":
		if f := s.host.files[argv[len(argv)-1]]; f == nil || s.host.rootOnly && !s.root {
			return 1
		}
		return 0
	}
	if status, ok := s.tool(argv, std); ok {
		return status
	}
	fmt.Fprintf(std.err, "-bash: %s: command not found\n", argv[0])
	return 127
}

func (s *shell) stty(args []string) int {
	for _, a := range args {
		switch {
		case a == "-echo" && s.echo != nil:
			s.echo(false)
		case a == "-onlcr" && s.onlcr != nil:
			s.onlcr(false)
		}
	}
	return 0
}

// printf knows %s, %d, \n and octal escapes.
func printf(args []string, w io.Writer) int {
	if len(args) == 0 {
		return 1
	}
	format, args := args[0], args[1:]
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		switch {
		case strings.HasPrefix(format[i:], `\n`):
			b.WriteByte('\n')
			i++
		case format[i] == '\\' && i+3 < len(format):
			n, err := strconv.ParseUint(format[i+1:i+4], 8, 8)
			if err != nil {
				return 1
			}
			b.WriteByte(byte(n))
			i += 3
		case format[i] == '%' && i+1 < len(format):
			if len(args) > 0 {
				b.WriteString(args[0])
				args = args[1:]
			}
			i++
		default:
			b.WriteByte(format[i])
		}
	}
	fmt.Fprint(w, b.String())
	return 0
}

// open finds a file and checks the right to read it.
func (s *shell) open(program, name string, std stdio) *file {
	f := s.host.files[name]
	switch {
	case f == nil:
		fmt.Fprintf(std.err, "%s: cannot open '%s' for reading: No such file or directory\n", program, name)
	case s.host.rootOnly && !s.root:
		fmt.Fprintf(std.err, "%s: cannot open '%s' for reading: Permission denied\n", program, name)
		return nil
	}
	return f
}

func (s *shell) stat(args []string, std stdio) int {
	name := args[len(args)-1]
	f := s.host.files[name]
	if f == nil {
		fmt.Fprintf(std.err, "stat: cannot statx '%s': No such file or directory\n", name)
		return 1
	}
	fmt.Fprintf(std.out, "%d 131079\n", f.size())
	return 0
}

func (s *shell) tail(ctx context.Context, args []string, std stdio) int {
	var from int64
	follow := false
	for i, a := range args {
		switch {
		case a == "-c" && i+1 < len(args):
			from, _ = strconv.ParseInt(strings.TrimPrefix(args[i+1], "+"), 10, 64)
		case a == "-F" || a == "-f":
			follow = true
		}
	}
	f := s.open("tail", args[len(args)-1], std)
	if f == nil {
		return 1
	}
	if follow {
		s.host.lab.attach()
		f.follow(ctx, std.out, from-1)
		return 130
	}
	b, _ := f.from(from - 1)
	_, _ = std.out.Write(b) // the reader may be gone
	return 0
}

func head(args []string, std stdio) int {
	if len(args) == 2 && args[0] == "-c" {
		n, _ := strconv.ParseInt(args[1], 10, 64)
		_, _ = io.CopyN(std.out, std.in, n) // fewer bytes than asked for are fine
		return 0
	}
	if len(args) == 2 && args[0] == "-n" { // as long as it is for few lines
		_, _ = io.Copy(std.out, std.in)
		return 0
	}
	return 1
}

// sudo asks with its prompt on the error side and reads the password from
// standard input (-S), three times at most.
func (s *shell) sudo(ctx context.Context, args []string, std stdio) int {
	prompt := "[sudo] password for " + s.host.User + ": "
	validate := false
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		flag := args[0]
		if flag == "-n" {
			return s.asRoot(ctx, args[1:], std)
		}
		validate = validate || flag == "-v"
		args = args[1:]
		if flag == "--" {
			break
		}
		if flag == "-p" && len(args) > 0 {
			prompt, args = args[0], args[1:]
		}
	}
	for range 3 {
		fmt.Fprint(std.err, prompt)
		got, err := readLine(std.in)
		if err != nil {
			fmt.Fprintln(std.err, "sudo: no password was provided")
			return 1
		}
		if got == s.host.Password {
			if validate {
				s.valid = true
				return 0
			}
			as := *s
			as.root = true
			return as.program(ctx, args, std)
		}
		fmt.Fprintln(std.err, "Sorry, try again.")
		select { // as PAM does
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return 1
		}
	}
	fmt.Fprintln(std.err, "sudo: 3 incorrect password attempts")
	return 1
}

// asRoot runs what sudo -n is given, on a terminal where sudo has asked before.
func (s *shell) asRoot(ctx context.Context, args []string, std stdio) int {
	if !s.valid || len(args) < 2 {
		fmt.Fprintln(std.err, "sudo: a password is required")
		return 1
	}
	as := *s
	as.root = true
	return as.program(ctx, args[1:], std)
}

func readLine(r io.Reader) (string, error) {
	var line []byte
	one := make([]byte, 1)
	for len(line) < 1024 {
		if _, err := io.ReadFull(r, one); err != nil {
			return "", err
		}
		if one[0] == '\n' {
			break
		}
		line = append(line, one[0])
	}
	return string(line), nil
}
