package cmdline

import "bytes"

// Stdin finds what a pipe, or a here-string, hands to the program whose name ends
// at i: echo ann:… | chpasswd.
func Stdin(b []byte, i int) []Secret {
	start := i
	for start > 0 && i-start < reach && b[start-1] > ' ' && b[start-1] != '|' {
		start--
	}
	if name := base(b[start:i]); name != "chpasswd" {
		return nil
	}
	return handed(b, start, i, ':')
}

// stdin is the same for a flag that makes a program read its password so.
func stdin(b []byte, i int) []Secret {
	end := wordEnd(b, i)
	switch flag := string(b[i:end]); flag {
	case "-S":
		if name, _, _, _ := programAt(b, i); name != "sudo" {
			return nil
		}
	case "--stdin", "--password-stdin", "--passphrase-fd":
	default:
		return nil
	}
	return handed(b, i, end, 0)
}

// Pipe finds what the pipe, or the here-string, at i hands to a program that reads its
// password: echo … | kinit, kinit <<< ….
func Pipe(b []byte, i int) []Secret {
	if b[i] == '<' {
		if !bytes.HasPrefix(b[i:], []byte("<<<")) {
			return nil
		}
		if _, p, _, known := programAt(b, i); !known || !p.reads {
			return nil
		}
		return handed(b, i, i, 0)
	}
	for at, skip := i+1, 1; skip > 0; skip-- {
		w := next(b, at)
		if w.end <= w.start {
			return nil
		}
		at = max(behind(b, w.end), at+1)
		name := base(b[w.start:w.end])
		for _, p := range programs()[name] {
			if p.reads && (p.after == "" || bytes.Contains(b[at:min(len(b), at+reach)], []byte(p.after))) {
				return handed(b, i+1, i+1, 0)
			}
		}
		if runners[name] {
			skip = maxSkipped
		}
	}
	return nil
}

// runners run the program that stands behind their own flags.
var runners = map[string]bool{"sudo": true, "doas": true, "env": true, "ssh": true, "docker": true, "podman": true, "kubectl": true, "timeout": true, "nohup": true, "xargs": true}

// maxSkipped is how many words may stand before the program that one runs.
const maxSkipped = 8

// handed finds the words that echo or printf write into a pipe before start, or the
// here-string behind end.
func handed(b []byte, start, end int, pair byte) (found []Secret) {
	if at := bytes.Index(b[end:min(len(b), end+reach)], []byte("<<<")); at >= 0 {
		if w := next(b, end+at+3); w.end > w.start {
			found = append(found, Secret{Start: w.start, End: w.end, Pair: pair})
		}
	}
	pipe := bytes.LastIndexByte(b[max(0, start-reach):start], '|')
	if pipe < 0 {
		return found
	}
	pipe += max(0, start-reach)
	written := false
	for at := max(0, pipe-reach); at < pipe; {
		w := next(b, at)
		if w.end > pipe {
			if w.start == at || w.start >= pipe {
				break
			}
			at = w.start // within quotes
			continue
		}
		if w.end <= w.start { // a ; or a | ends what was written
			written, at = false, w.end+1
			continue
		}
		at = max(behind(b, w.end), at+1)
		switch v := b[w.start:w.end]; {
		case writers[base(v)]:
			written = true
		case written && v[0] != '-' && !bytes.HasPrefix(v, []byte("%s")):
			found = append(found, lines(b, w, pair)...)
		}
	}
	return found
}

// writers write their arguments.
var writers = map[string]bool{"echo": true, "printf": true, "print": true, "yes": true, "write-output": true}

// lines are those of a word: "one\ntwo".
func lines(b []byte, w word, pair byte) (found []Secret) {
	end := w.start + len(bytes.TrimRight(b[w.start:w.end], ")"))
	for at := w.start; at < end; {
		stop := end
		n := bytes.Index(b[at:end], []byte(`\n`))
		if n >= 0 {
			stop = at + n
		}
		if stop > at {
			found = append(found, Secret{Start: at, End: stop, Pair: pair})
		}
		if at = stop; n >= 0 {
			at += len(`\n`)
		}
	}
	return found
}
