package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"

	"syncscope/capture/redact"
)

// InputError is a path that cannot be read; its text says what to do.
type InputError struct {
	Path string
	What string
	Hint string
}

// Error is one line: object, what, what to do.
func (e *InputError) Error() string { return fmt.Sprintf("%s: %s (%s)", e.Path, e.What, e.Hint) }

// input is one file to read: on disk, from standard input, or inside an
// archive. Its name is the path as given, relative inside a folder,
// a.tar.gz!path in an archive.
type input struct {
	name  string
	named bool        // given by itself, not found in a folder or an archive
	file  io.ReaderAt // its bytes, where they are there as they are; else nil
	size  int64
}

// visit reads one input. It need not read to the end.
type visit func(in input, r io.Reader) error

// maxFiles bounds how many files a folder or an archive may bring.
const maxFiles = 10_000

// each visits every file of paths in the same order each time it is called:
// files are read twice.
func each(ctx context.Context, paths []string, gate *redact.Session, notes *[]string, v visit) error {
	for _, p := range paths {
		if err := ctx.Err(); err != nil {
			return err
		}
		if p == "-" {
			r, err := stdin(ctx)
			if err != nil {
				return err
			}
			if err := unpack(ctx, input{name: "-", named: true}, r, gate, notes, v); err != nil {
				return err
			}
			continue
		}
		info, err := os.Stat(p)
		if err != nil {
			return openError(gate, p, err)
		}
		if !info.IsDir() {
			if err := visitFile(ctx, input{name: p, named: true}, p, gate, notes, v); err != nil {
				return err
			}
			continue
		}
		files, err := walk(ctx, p)
		if err != nil {
			return openError(gate, p, err)
		}
		for _, name := range files {
			if err := visitFile(ctx, input{name: filepath.ToSlash(name)}, filepath.Join(p, name), gate, notes, v); err != nil {
				return err
			}
		}
	}
	return nil
}

func visitFile(ctx context.Context, in input, path string, gate *redact.Session, notes *[]string, v visit) error {
	f, err := os.Open(path)
	if err != nil {
		return openError(gate, in.name, err)
	}
	defer f.Close()
	return unpack(ctx, in, f, gate, notes, v)
}

// walk gives the regular files below root, relative to it, by their names.
func walk(ctx context.Context, root string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err := cmp.Or(ctx.Err(), err); err != nil || !d.Type().IsRegular() {
			return err
		}
		if len(out) >= maxFiles {
			return fs.SkipAll
		}
		name, err := filepath.Rel(root, path)
		out = append(out, name)
		return err
	})
	sort.Strings(out)
	return out, err
}

func openError(gate *redact.Session, path string, err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	name := gate.Foreign(path).String()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &InputError{name, "no such file or folder", "check the path"}
	case errors.Is(err, fs.ErrPermission):
		return &InputError{name, "permission denied", "give yourself the right to read it"}
	}
	return &InputError{name, "cannot be read", "check the path"}
}
