package offline

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"syncscope/capture"
	"syncscope/capture/redact"
)

// Bounds of an archive. Nothing of it is ever written to disk: names that lead
// out of a folder, links and devices have nothing to lead to, and are left out
// with a note.
const (
	maxDepth    = 3         // archives in archives: an admin-tech holds rotated logs as .gz
	maxInMemory = 256 << 20 // of a zip that is not a file on disk: it is read from its end
	bombFrom    = 256 << 20 // bytes out from which the ratio is looked at
	bombRatio   = 200       // logs shrink to a tenth or a fiftieth; DEFLATE's limit is 1032
	maxUnpacked = 32 << 30
	peekLen     = 512 // a tar header; its magic stands at 257
)

// The kinds of archive, told by their first bytes.
type packing uint8

const (
	unpacked packing = iota
	gzipped
	bzipped
	tarred
	zipped
	packedOther // known by name only: xz, zstd, 7z, rar
)

func packingOf(head []byte) packing {
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b, 8}): // RFC 1952, 2.3.1
		return gzipped
	case bytes.HasPrefix(head, []byte("BZh")):
		return bzipped
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return zipped
	case len(head) >= 262 && string(head[257:262]) == "ustar": // POSIX.1-1988
		return tarred
	}
	for _, magic := range []string{"\xfd7zXZ\x00", "\x28\xb5\x2f\xfd", "7z\xbc\xaf\x27\x1c", "Rar!\x1a\x07"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return packedOther
		}
	}
	return unpacked
}

// archive is what is being unpacked: one path, however deep.
type archive struct {
	ctx   context.Context
	gate  *redact.Session
	left  *left
	visit visit
	begin func(name string, size int64) // tells who waits
	in    int64                         // bytes read of the path itself
	out   int64                         // bytes that came out of it
	files int
	asIs  bool // see inputs
}

// unpack visits in itself, or what is in it if it is an archive.
func (p *inputs) unpack(ctx context.Context, in input, r io.Reader, v visit) error {
	a := &archive{ctx: ctx, gate: p.gate, left: &p.left, visit: v, begin: p.begin, asIs: p.asIs}
	src := &counted{ctx: ctx, r: r, n: &a.in}
	if f, ok := r.(io.ReaderAt); ok {
		src.at = f
		if _, kept := r.(*spoolReader); !kept { // a pipe was counted when it came
			src.watch = p.watch
		}
	}
	return a.open(in, src, 0)
}

// counted counts what is read, until its context ends; at is the file itself,
// if there is one.
type counted struct {
	ctx context.Context
	r   io.Reader
	at  io.ReaderAt
	n   *int64

	watch *progress
}

func (c *counted) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(b)
	*c.n += int64(n)
	c.watch.add(n)
	return n, err
}

// unpacking counts what comes out, and stops a bomb. A little that was read may
// unpack to a lot: it looks at the context too.
type unpacking struct {
	r io.Reader
	a *archive
}

func (u unpacking) Read(b []byte) (int, error) {
	if err := u.a.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := u.r.Read(b)
	u.a.out += int64(n)
	if u.a.out > maxUnpacked || u.a.out > bombFrom && u.a.out/max(u.a.in, 1) > bombRatio {
		return n, errBomb
	}
	return n, err
}

var errBomb = errors.New("unpacks to far more than logs do")

func (a *archive) open(in input, r io.Reader, depth int) error {
	br := bufio.NewReaderSize(r, 64<<10)
	head, _ := br.Peek(peekLen) // a shorter file is no tar
	kind := packingOf(head)
	switch {
	case kind == unpacked && depth == 0:
		in.file, in.size = whole(r)
		return a.repaired(in, br)
	case kind == unpacked:
		return a.repaired(in, &whatIsThere{r: br, a: a, in: in})
	case kind == packedOther:
		return a.leave(in, "is packed in a way that cannot be read here", "unpack it, and give what was in it")
	case depth >= maxDepth:
		return a.leave(in, "is an archive in archives, too deep", "unpack it, and give what was in it")
	}
	before := a.left.count()
	err := a.inside(kind, in, r, br, depth)
	var bad *InputError
	switch {
	case errors.Is(err, errBomb):
		return &InputError{a.name(in.name), errBomb.Error(), "unpack it elsewhere, and give the logs only"}
	case err == nil, errors.As(err, &bad), errors.Is(err, errTwice):
		return err
	case a.ctx.Err() != nil: // what looks broken may only have been left
		return a.ctx.Err()
	case a.left.count() > before: // said already, and what was there was read
		return nil
	}
	return a.leave(in, "is broken: "+a.name(err.Error()), "copy it again")
}

// repaired visits a file without what people's tools did to its text, and says what
// that was.
func (a *archive) repaired(in input, r io.Reader) error {
	br := bufio.NewReaderSize(r, 64<<10)
	head, _ := br.Peek(peekLen) // what ends it is met again
	if what, hint := capture.Foreign(head); what != "" {
		return a.leave(in, what, hint)
	}
	if a.asIs {
		return a.visit(in, br)
	}
	text, done := capture.Repair(br)
	err := a.visit(in, text)
	if said := done(); said != "" && err == nil {
		a.left.repair(in.name, a.name(in.name), said)
	}
	return err
}

func (a *archive) inside(kind packing, in input, r io.Reader, br *bufio.Reader, depth int) error {
	switch kind {
	case gzipped:
		z, err := gzip.NewReader(br)
		if err != nil {
			return err
		}
		return a.open(in, unpacking{z, a}, depth+1)
	case bzipped:
		return a.open(in, unpacking{bzip2.NewReader(br), a}, depth+1)
	case tarred:
		return a.tar(in, tar.NewReader(br), depth)
	}
	return a.zip(in, r, br, depth)
}

// whatIsThere ends where a broken archive breaks: a copy that was cut short
// still holds the lines before the cut.
type whatIsThere struct {
	r    io.Reader
	a    *archive
	in   input
	some bool
}

func (w *whatIsThere) Read(b []byte) (int, error) {
	n, err := w.r.Read(b)
	w.some = w.some || n > 0
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, errBomb) || w.a.ctx.Err() != nil || !w.some {
		return n, err
	}
	w.a.note("", w.in.name, "is cut short or broken; what came before was read")
	return n, io.EOF
}

func (a *archive) tar(in input, t *tar.Reader, depth int) error {
	for {
		h, err := t.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case h.Typeflag == tar.TypeDir:
			continue
		case h.Typeflag != tar.TypeReg:
			a.note(in.name, h.Name, "is a link or a device, not read")
			continue
		}
		if err := a.entry(in, h.Name, t, depth); err != nil {
			return err
		}
	}
}

func (a *archive) zip(in input, r io.Reader, br *bufio.Reader, depth int) error {
	at, size, err := randomAccess(r, br)
	if err != nil {
		return err
	}
	z, err := zip.NewReader(at, size)
	if err != nil {
		return err
	}
	if what := document(z); what != "" {
		return a.leave(in, what, "open it and save it as plain text")
	}
	if len(z.File) > 0 && !slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Flags&1 == 0 }) {
		return a.leave(in, "is an encrypted archive", "unpack it with its password, and give what was in it")
	}
	a.in += size // a zip is read from its end: all of it counts
	for _, f := range z.File {
		mode := f.Mode()
		switch {
		case mode.IsDir():
			continue
		case !mode.IsRegular():
			a.note(in.name, f.Name, "is a link or a device, not read")
			continue
		case f.Flags&1 != 0:
			a.note(in.name, f.Name, "is encrypted, not read (unpack it with its password)")
			continue
		}
		a.begin(in.name+"!"+f.Name, 0)
		rc, err := f.Open()
		if err != nil {
			a.note(in.name, f.Name, "cannot be unpacked")
			continue
		}
		err = a.entry(in, f.Name, unpacking{rc, a}, depth)
		_ = rc.Close() // it was read as far as it goes
		if err = a.broken(in, f.Name, err); err != nil {
			return err
		}
	}
	return nil
}

// document tells what a zip is that an office program made; empty: none did.
func document(z *zip.Reader) string {
	for _, f := range z.File {
		switch {
		case strings.HasPrefix(f.Name, "word/"):
			return "is a document of Word"
		case strings.HasPrefix(f.Name, "xl/"):
			return "is a table of Excel"
		case strings.HasPrefix(f.Name, "ppt/"):
			return "is a presentation of PowerPoint"
		case f.Name == "mimetype" || f.Name == "META-INF/manifest.xml" && len(z.File) > 2:
			return "is a document of an office program"
		}
	}
	return ""
}

// broken notes a file of a zip that cannot be unpacked: the others can. What
// ends the archive or the run it gives back.
func (a *archive) broken(in input, name string, err error) error {
	var bad *InputError
	if err == nil || errors.As(err, &bad) || errors.Is(err, errBomb) || errors.Is(err, errTwice) || a.ctx.Err() != nil {
		return err
	}
	a.note(in.name, name, "is broken: "+a.name(err.Error()))
	return nil
}

// randomAccess gives a zip's bytes: the file itself, else a copy in memory.
func randomAccess(r io.Reader, br *bufio.Reader) (io.ReaderAt, int64, error) {
	if c, ok := r.(*counted); ok && c.at != nil {
		if s, ok := c.at.(io.Seeker); ok {
			size, err := s.Seek(0, io.SeekEnd)
			return c.at, size, err
		}
	}
	data, err := io.ReadAll(io.LimitReader(br, maxInMemory+1))
	if err == nil && len(data) > maxInMemory {
		err = fmt.Errorf("a zip inside another archive, larger than %d MB", maxInMemory>>20)
	}
	return bytes.NewReader(data), int64(len(data)), err
}

// entry visits one file of an archive.
func (a *archive) entry(in input, name string, r io.Reader, depth int) error {
	if a.files++; a.files > maxFiles {
		return &InputError{a.name(in.name), fmt.Sprintf("holds more than %d files", maxFiles), "unpack it, and give the logs only"}
	}
	if path.IsAbs(name) || !isLocal(name) {
		a.note(in.name, name, "has a name that leads out of the archive, not read")
		return nil
	}
	return a.open(input{name: in.name + "!" + path.Clean(name)}, r, depth+1)
}

// isLocal reports whether a name stays in its archive, whatever the system:
// filepath.IsLocal knows this system's separators only.
func isLocal(name string) bool {
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return r == '/' || r == '\\' }) {
		if part == ".." {
			return false
		}
	}
	return name != "" && !strings.Contains(name, ":\\") && !strings.HasPrefix(name, "\\")
}

// whole gives the bytes of what is a file, or as good as one.
func whole(r io.Reader) (io.ReaderAt, int64) {
	c, ok := r.(*counted)
	if !ok || c.at == nil {
		return nil, 0
	}
	f, ok := c.at.(io.Seeker)
	if !ok {
		return nil, 0
	}
	at, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, 0
	}
	size, err := f.Seek(0, io.SeekEnd)
	if _, back := f.Seek(at, io.SeekStart); err != nil || back != nil {
		return nil, 0
	}
	return c.at, size
}

// leave leaves out what was given by itself, and notes what was found.
func (a *archive) leave(in input, what, hint string) error {
	if in.named {
		return &InputError{a.name(in.name), what, hint}
	}
	a.note("", in.name, what+" ("+hint+")")
	return nil
}

func (a *archive) note(outer, name, what string) {
	if outer != "" {
		name = outer + "!" + name
	}
	a.left.note(a.name(name) + ": " + what)
}

// name makes a name or an error of an archive safe: its maker chose it.
func (a *archive) name(s string) string { return a.gate.Foreign(s).String() }
