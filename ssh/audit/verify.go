package audit

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// TamperError: an account is not as it was written.
type TamperError struct {
	Line int
	What string
}

// Error is one line: object, what, what to do.
func (e *TamperError) Error() string {
	return fmt.Sprintf("line %d: %s (the account is not as it was written from here on: ask who had it)", e.Line, e.What)
}

// ErrNotSealed: all lines are as they were written, but the last one that ends
// every account is not there.
var ErrNotSealed = errors.New("not ended, or cut: the line that ends the session is missing (it runs still, it was killed, or lines were taken from the end)")

// maxRecord bounds a line of an account.
const maxRecord = 1 << 20

// Verify reads an account and checks it line by line. It gives the records
// up to the first that is not as it was written.
func Verify(r io.Reader) ([]Record, error) {
	var out []Record
	last := ""
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, maxRecord)
	for n := 1; sc.Scan(); n++ {
		rec, hash, err := open(sc.Bytes())
		switch {
		case err != nil:
			return out, &TamperError{n, err.Error()}
		case rec.Prev != last:
			return out, &TamperError{n, "it does not follow the line before: one was taken out, put in or moved"}
		case rec.N != n:
			return out, &TamperError{n, fmt.Sprintf("it says that it is line %d", rec.N)}
		case n > 1 && out[n-2].Kind == "seal":
			return out, &TamperError{n, "the session had ended"}
		}
		out, last = append(out, rec), hash
	}
	if err := sc.Err(); err != nil && !errors.Is(err, bufio.ErrTooLong) { // what cannot be read was not changed by that
		return out, err
	} else if err != nil {
		return out, &TamperError{len(out) + 1, err.Error()}
	}
	if len(out) == 0 || out[len(out)-1].Kind != "seal" {
		return out, ErrNotSealed
	}
	return out, nil
}

// open reads a line and checks its own hash.
func open(line []byte) (r Record, hash string, err error) {
	i := bytes.LastIndex(line, []byte(hashKey))
	if i < 0 || len(line) != i+len(hashKey)+2*sha256.Size+len(`"}`) || !bytes.HasSuffix(line, []byte(`"}`)) {
		return r, "", errors.New("it has no hash at its end")
	}
	hash = string(line[i+len(hashKey) : i+len(hashKey)+2*sha256.Size])
	if sum := sha256.Sum256(line[:i]); hex.EncodeToString(sum[:]) != hash {
		return r, "", errors.New("it was changed")
	}
	err = json.Unmarshal(append(line[:i:i], '}'), &r)
	return r, hash, err
}

// Print writes an account as a transcript for people.
func Print(w io.Writer, records []Record) error {
	ends := map[int]Record{}
	for _, r := range records {
		if r.Kind == "end" {
			ends[r.Of] = r
		}
	}
	var b bytes.Buffer
	for _, r := range records {
		stamp := r.Time.Format("2006-01-02 15:04:05.000Z")
		switch r.Kind {
		case "begin", "sweep":
			fmt.Fprintf(&b, "%s  %s\n", stamp, r.Text)
		case "seal":
			fmt.Fprintf(&b, "%s  the session ended\n", stamp)
		case "send":
			way := ""
			for _, j := range r.Jumps {
				way += " via " + j
			}
			fmt.Fprintf(&b, "%s  %s@%s%s %s, %s %d: %q\n    why: %s", stamp, r.User, r.Host, way, r.HostKey, r.How, r.Channel, r.Send, r.Reason)
			end, ok := ends[r.N]
			b.WriteString(outcome(r, end, ok))
		}
	}
	// A file from elsewhere is foreign text too; secrets are in none of ours.
	text := strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, b.String())
	_, err := io.WriteString(w, text)
	return err
}

// outcome tells how a command ended.
func outcome(r, end Record, ok bool) string {
	switch {
	case r.How == "stdin" || r.How == "signal":
		return "\n"
	case !ok:
		return "; not ended, or cut\n"
	}
	exit := ""
	if end.Exit != nil {
		exit = fmt.Sprintf(" %d", *end.Exit)
	}
	beats := ""
	if end.Beats > 0 {
		beats = fmt.Sprintf(", %d heartbeats sent", end.Beats)
	}
	return fmt.Sprintf("; %s%s after %.3f s, %d bytes came%s\n", end.How, exit, end.Took, end.Bytes, beats)
}
