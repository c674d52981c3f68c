package input_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"syncscope/capture/input"
)

// known takes lines that begin with "rec" for records, and those that begin with
// " at " for what follows one. A page shows "SHOWN", and a command prints "OUTPUT".
var known = input.Known{
	Begins: func(b []byte) bool {
		return bytes.HasPrefix(b, []byte("rec ")) || bytes.Contains(b, []byte("SHOWN"))
	},
	Recorded: func(b []byte) bool { return bytes.HasPrefix(b, []byte("rec ")) },
	Loose: func(b []byte) bool {
		return !bytes.HasPrefix(b, []byte("rec ")) && bytes.Contains(b, []byte("SHOWN"))
	},
	Listed:  func(b []byte) bool { return bytes.HasPrefix(b, []byte("rec packet")) },
	Output:  func(b []byte) bool { return bytes.Contains(b, []byte("OUTPUT")) },
	Stamped: func(b []byte) bool { return bytes.HasPrefix(b, []byte("rec ")) },
	Follows: func(b []byte) bool { return bytes.HasPrefix(b, []byte("  at ")) },
}

// read gives each line of the repaired text behind its number in the file.
func read(t testing.TB, text []byte) (lines []string, repairs string, last int) {
	t.Helper()
	r := input.Open(bytes.NewReader(text), known)
	out, err := io.ReadAll(iotest.HalfReader(r))
	if err != nil {
		t.Fatal(err)
	}
	again, ok := r.(*input.Text)
	if !ok || again.Repairs.String() == "" {
		if !bytes.Equal(out, text) {
			t.Fatalf("nothing is repaired, and %q became %q", text, out)
		}
		return nil, "", 0
	}
	n := 0
	for l := range bytes.Lines(out) {
		k, b, none := input.Number(bytes.TrimSuffix(l, []byte("\n")))
		if n += k; !none && len(b) > 0 {
			lines = append(lines, fmt.Sprintf("%d %s", n, b))
		}
	}
	return lines, again.Repairs.String(), n
}

func TestRepairs(t *testing.T) {
	long := "rec " + strings.Repeat("abcdefgh ", 30)
	rows := func(width int, join string) string {
		var b strings.Builder
		for i := 0; i < len(long); i += width {
			if i > 0 {
				b.WriteString(join)
			}
			b.WriteString(long[i:min(i+width, len(long))])
		}
		return b.String()
	}
	for _, tt := range []struct {
		name, text string
		want       []string
		told       string
	}{
		{"a BOM", "\ufeffrec a\nrec b\n", []string{"1 rec a", "2 rec b"}, "byte order mark"},
		{"no-break spaces", "rec\u00a0a\nrec\u00a0b\n", []string{"1 rec a", "2 rec b"}, "made plain (2 lines)"},
		{"grep -n", "17:rec a\n18:  at b\n19:rec c\n", []string{"1 rec a", "2   at b", "3 rec c"}, "`N:` in front of 3 lines"},
		{"two files", "x.log:rec a\ny.log:rec b\nx.log:rec c\ny.log:rec d\n", []string{"1 rec a", "2 rec b", "3 rec c", "4 rec d"}, "`name:` in front of 4 lines"},
		{"a table", "| rec a |\n| more |\n| rec b |\n", []string{"1 rec a", "2 more", "3 rec b"}, "`|` in front of 3"},
		{"prose around a quote", "Hello,\n> rec a\n> rec b\nBye\n", []string{"1 Hello,", "2 rec a", "3 rec b", "4 Bye"}, "2 lines"},
		{"rows", rows(80, "\n") + "\n" + rows(80, "\n") + "\nrec end\n", []string{"1 " + long, "5 " + long, "9 rec end"}, "at 80 columns (6)"},
		{"rows beside a longer line", rows(80, "\n") + "\n" + "rec " + strings.Repeat("x", 200) + "\n" + rows(80, "\n") + "\n", []string{"1 " + long, "5 rec " + strings.Repeat("x", 200), "6 " + long}, "at 80 columns (6)"},
		{"a row with what a page shows", "rec " + xs(76) + "\nx SHOWN y\nrec " + xs(90) + "\n" + xs(80) + "\nrec " + xs(76) + "\n" + xs(80) + "\ny SHOWN\nSHOWN\n", nil, ""},
		{"rows of a page's words and signs", "rec a " + xs(74) + "\nSHOWN \"" + xs(73) + "\n\"}\nrec b " + xs(74) + "\nc\n", []string{"1 rec a " + xs(74) + "SHOWN \"" + xs(73) + "\"}", "4 rec b " + xs(74) + "c"}, "at 80 columns (3)"},
		{"a page's words below a row", "rec a " + xs(74) + "\nb\nrec c " + xs(74) + "\nd\nSHOWN\n", []string{"1 rec a " + xs(74) + "b", "3 rec c " + xs(74) + "d", "5 SHOWN"}, "at 80 columns (2)"},
		{"rows in rows", twice("rec a "+xs(194)) + twice("rec b "+xs(194)) + "rec c\n", []string{"1 rec a " + xs(194), "4 rec b " + xs(194), "7 rec c"}, "at 80, 132 columns (4)"},
		{"rows that lost blanks", "rec a " + xs(73) + "\nb\nrec c " + xs(73) + "\nd\n\nrec e " + xs(74) + "\nf\nrec g " + xs(74) + "\nh\n", []string{"1 rec a " + xs(73) + " b", "3 rec c " + xs(73) + " d", "6 rec e " + xs(74) + "f", "8 rec g " + xs(74) + "h"}, "at 80 columns (4)"},
		{"a row that is JSON behind a blank", "rec a " + xs(74) + "\n {\"error\":\"" + xs(69) + "\n\"}\nrec b " + xs(74) + "\nc\n", []string{"1 rec a " + xs(74) + " {\"error\":\"" + xs(69) + "\"}", "4 rec b " + xs(74) + "c"}, "at 80 columns (3)"},
		{"a record in rows alone", "SHO\n" + xs(78) + "SH\nOWN\nz\n", []string{"1 SHO", "2 " + xs(78) + "SHOWN", "4 z"}, "at 80 columns (1)"},
		{"a table's rows of an output", strings.Repeat("OUTPUT "+xs(70)+"\n", 4) + "4 rows\n", nil, ""},
		{"an output's rows", strings.Repeat("OUTPUT "+xs(63)+"\ny z\n", 3), []string{"1 OUTPUT " + xs(63) + "y z", "3 OUTPUT " + xs(63) + "y z", "5 OUTPUT " + xs(63) + "y z"}, "at 70 columns (3)"},
		{"values that look like codes", strings.Repeat("rec a=12 "+xs(50)+" b=\nC x=FF\n", 3), nil, ""},
		{"rows that hang", rows(80, "\n    ") + "\n" + rows(80, "\n    ") + "\nrec end\n", nil, ""},
		{"quoted-printable", "Content-Transfer-Encoding: quoted-printable\n\nrec a=3Db c=\nd\nrec e\n", []string{"1 Content-Transfer-Encoding: quoted-printable", "3 rec a=b cd", "5 rec e"}, "decoded (3 rows)"},
		{"base64", "Content-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte("rec a\nrec b\n")) + "\n--x--\n", []string{"1 Content-Transfer-Encoding: base64", "3 rec a", "3 rec b"}, "decoded (1 rows)"},
		{"a page", "<html><body><pre>rec a &lt;b&gt;\nrec c</pre></body></html>\n", []string{"1 rec a <b>", "2 rec c"}, "web page (2 lines)"},
		{"one column", `"1","rec a ""b"""` + "\n" + `"2","rec c` + "\n" + `  at d"` + "\n", []string{`1 rec a "b"`, "2 rec c", "3   at d"}, "one column of a table read (2 rows)"},
		{"a listing behind stamps", "rec 12: rec packet 1\nrec 12:     more\nrec 13: rec packet 2\nrec 13: more\nrec z\n", []string{"1 rec packet 1", "2     more", "3 rec packet 2", "4 more", "5 rec z"}, "in front of 4 lines"},
		{"a record that quotes a listing", "rec 12: a\nrec 13: rec packet 1\nrec z\n", nil, ""},
		{"pairs", `ts=1 host=a msg="rec \"a\" b" x=1` + "\n" + `ts=2 msg="rec c\n  at d"` + "\n" + `ts=3 msg="e"` + "\n", []string{`1 rec "a" b`, "2 rec c", "2   at d", `3 ts=3 msg="e"`}, "key=value (2)"},
		{"a gutter without a number", "  1 | rec a\n    | b\n  2 | rec c\n    | d\n", []string{"1 rec a", "2 b", "3 rec c", "4 d"}, "in front of 4 lines"},
		{"a table with one record", "1;\"rec a\";h\n2;\"b;c\";h\n3;\"\";h\n4;\"d\";h\n5;\"e\";h\n", []string{"1 rec a", "2 b;c", "4 d", "5 e"}, "one column of a table read (5 rows)"},
		{"a table without a record", "n;text;host\n" + strings.Repeat("1;\"a \"\"b\"\"\";h\n", 20), nil, "one column of a table read (20 rows)"},
		{"a record that has commas and quotes", `rec {"a":"b","c":"d"}` + "\n" + `{"a":"b","c":"d"}` + "\n", nil, ""},
		{"JSON", `{"message":"rec a","@timestamp":"2025-01-02T03:04:05Z"}` + "\n", []string{"1 rec a"}, "JSON (1)"},
		{"JSON over lines", "[\n {\n  \"_source\": {\n   \"@timestamp\": \"2025-01-02T03:04:05Z\",\n   \"message\": \"rec a\"\n  }\n },\n {\n  \"_source\": {\"@timestamp\": \"2025-01-02T03:04:05Z\", \"message\": \"rec b\"}\n }\n]\n", []string{"2 rec a", "8 rec b"}, "JSON (2)"},
		{"an answer over lines", "{\n \"error\": {\n  \"message\": \"no\"\n }\n}\n", []string{`1 {"error": {"message": "no"}}`}, "JSON (1)"},
		{"texts in a list", "{\"x\": [\n  \"rec a\",\n  \"  at b\",\n  \"rec \\\"c\\\"\"\n ]}\n", []string{"2 rec a", "3   at b", `4 rec "c"`}, "JSON (3)"},
		{"a list in one line", `x => {"lines": ["rec a 1234567890", "rec b 1234567890"]}` + "\n", []string{"1 rec a 1234567890", "1 rec b 1234567890"}, "JSON (2)"},
		{"one text", `"rec a\nrec b"` + "\n", []string{"1 rec a", "1 rec b"}, "JSON (1)"},
		{"any key", `{"labels":{"a":"b"},"line":"rec a","timestamp":"2025-01-02T03:04:05Z"}` + "\n" + `{"other":"rec b 1234567890"}` + "\n", []string{"1 rec a", "2 rec b 1234567890"}, "JSON (2)"},
		{"JSON in JSON", `{"log":"{\"message\":\"rec a\"}","time":"2025-01-02T03:04:05Z"}` + "\n", []string{"1 rec a"}, "JSON (1)"},
		{"a text as bytes", `{"MESSAGE":[114,101,99,32,97],"time":"2025-01-02T03:04:05Z"}` + "\n", []string{"1 rec a"}, "JSON (1)"},
		{"a document that quotes a line", `{"notes":"of whatever it is about, and of much more than that","lines":["rec a"]}` + "\n", nil, ""},
		{"a journal's export", "__CURSOR=s=1;i=1\n__REALTIME_TIMESTAMP=1701985293000000\nMESSAGE=rec a\nPRIORITY=6\n\n__CURSOR=s=1;i=2\nMESSAGE=rec b\n__REALTIME_TIMESTAMP=1701985293000000\n\n", []string{"3 rec a", "7 rec b"}, "a journal's fields (2)"},
		{"a journal's fields", "Thu 2023-12-07 22:11:17.000000 UTC [s=a;i=1;b=2]\n    PRIORITY=6\n    MESSAGE=rec a\nThu 2023-12-07 22:11:17.000000 UTC [s=a;i=2;b=2]\n    MESSAGE=rec b\n", []string{"3 rec a", "5 rec b"}, "a journal's fields (2)"},
		{"links of a mail", "rec a.example<http://a.example/> b\nrec c <http://x>\n", []string{"1 rec a.example b", "2 rec c <http://x>"}, "made plain (1 lines)"},
		{"JSON of no log", `{"error":"x","list":["a","b"]}` + "\nrec a\n", nil, ""},
		{"columns without quotes", "1,x,\"rec a,\"\"b\"\"\"\n2,x,\"rec c\n  at d\"\n", []string{`1 rec a,"b"`, "2 rec c", "3   at d"}, "one column"},
		{"a terminal's escapes", "\x1b]0;title\x07\x1b[1;31mrec\x1b[0m \x1b(Ba\x1b[K\nrec\x1b[2Cb\nrec cd\b\be\n", []string{"1 rec a", "2 rec  b", "3 rec e"}, "dropped (3 lines)"},
		{"a line written over", "0%\r50%\rrec a\r\r\nrec b\n", []string{"1 0%", "1 50%", "1 rec a", "2 rec b"}, "(1 lines)"},
		{"panes", "rec a   \u2502 top\nrec b   \u2502 load 1\nrec c   \u2502 load 2\n", []string{"1 rec a", "2 rec b", "3 rec c"}, "one of two panes read (3 lines)"},
		{"the pane on the right", "top   \u2502rec a\nload  \u2502rec b\nx     \u2502rec c\n", []string{"1 rec a", "2 rec b", "3 rec c"}, "one of two panes read (3 lines)"},
		{"signs misread", "rec \u00e2\u20ac\u0153a\u00e2\u20ac\u009d\u00c2\u00a0b\nrec \u00e4\u00f6\n", []string{`1 rec "a" b`, "2 rec \u00e4\u00f6"}, "made plain (1 lines)"},
		{"rows behind numbers", numbered(rows(80, "\n"), 80), []string{"1 " + long, "5 " + long, "9 " + long}, "at 80 columns"},
		{"a number that is a word", "1 rec a\n2 rec b\n  403 is what it was\n", []string{"1 rec a", "2 rec b", "3   403 is what it was"}, ""},
		{"rows that end in = by chance", "rec a=1 " + strings.Repeat("x", 60) + "=\n20 b=1\nrec a=2 " + strings.Repeat("x", 60) + "=\n20 b=2\n", []string{"1 rec a=1 " + strings.Repeat("x", 60) + "=20 b=1", "3 rec a=2 " + strings.Repeat("x", 60) + "=20 b=2"}, "at 69 columns (2)"},
		{"indented output", "    a b\n    c d\n    e f\n", []string{"1 a b", "2 c d", "3 e f"}, "blanks in front of 3"},
	} {
		lines, told, _ := read(t, []byte(tt.text))
		if tt.want != nil && strings.Join(lines, "\n") != strings.Join(tt.want, "\n") {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, strings.Join(lines, "\n"), strings.Join(tt.want, "\n"))
		}
		if !strings.Contains(told, tt.told) {
			t.Errorf("%s is told as %q", tt.name, told)
		}
	}
}

func xs(n int) string { return strings.Repeat("x", n) }

// twice is a line as a terminal of 132 columns shows it, in one of 80.
func twice(l string) string {
	return l[:80] + "\n" + l[80:132] + "\n" + l[132:] + "\n"
}

// numbered puts three lines, each in rows of a width, behind numbers as a terminal shows
// them: the first row is shorter by its number.
func numbered(rows string, width int) string {
	text := strings.ReplaceAll(rows, "\n", "")
	var b strings.Builder
	for n := range 3 {
		for l := fmt.Sprintf("%6d  %s", n+1, text); len(l) > 0; l = l[min(width, len(l)):] {
			b.WriteString(l[:min(width, len(l))] + "\n")
		}
	}
	return b.String()
}

// Nothing is done to a text that needs nothing.
func TestCleanTextsPass(t *testing.T) {
	var log strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&log, "rec %d %s\n", i, strings.Repeat("x", i%97))
		if i%7 == 0 {
			log.WriteString("  at frame\n<html>\nno record at all\n\n")
		}
	}
	for _, text := range []string{"", "\n", "rec a", "rec a\r\nrec b\r\n", log.String(), strings.Repeat("\n", 100_000), "prose\nand more prose\n", "\xd4\xc3\xb2\xa1 a capture"} {
		if lines, told, _ := read(t, []byte(text)); told != "" {
			t.Errorf("%.40q: %s: %d lines", text, told, len(lines))
		}
	}
}

// Time and memory grow with a text's length, whatever is in it.
func TestHostileTexts(t *testing.T) {
	piece := func(s string, n int) func() io.Reader {
		return func() io.Reader { return io.MultiReader(strings.NewReader("\ufeff"), &repeated{s: s, left: n}) }
	}
	var widths strings.Builder
	for i := range 400 {
		widths.WriteString("rec " + strings.Repeat("a", i) + "\n" + strings.Repeat("b ", 200-i/2) + "\n")
	}
	const n = 8 << 20
	for name, open := range map[string]func() io.Reader{
		"one line":          piece("x", n),
		"one line of JSON":  piece(`{"message":"rec`, n),
		"one line of HTML":  piece("<html><div>rec a</div>", n/4),
		"empty lines":       piece("\n", n/4),
		"alternating":       piece(widths.String(), n),
		"fronts":            piece("12:rec a\nb: 7: rec c\n", n),
		"quotes":            piece(`"a","rec b`+"\n", n),
		"quoted-printable":  piece("Content-Transfer-Encoding: quoted-printable\n\nabc=\n", n),
		"base64":            piece("Content-Transfer-Encoding: base64\n\n"+strings.Repeat("QUJD", 19)+"\n", n),
		"nested":            piece("[{[", n),
		"escapes":           piece("\x1b[31mrec\x1b[0m a\x1b]0;t", n),
		"unended escapes":   piece("\x1b]", n/4),
		"overwritten":       piece("ab\b\b\r", n/4),
		"panes":             piece("rec a  \u2502 b\n", n),
		"a list of texts":   piece("[\"rec a\",\n", n),
		"numbers":           piece("[1,2,3,", n/2),
		"links":             piece("a<http://a>", n/4),
		"a journal":         piece("__CURSOR=s=1;i=1\nMESSAGE=rec a\n__REALTIME_TIMESTAMP=1701985293000000\n", n),
		"misread":           piece("\u00e2\u20ac\u0153", n/4),
		"quotes in a quote": piece(`""`, n),
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		start := time.Now()
		got, err := io.Copy(io.Discard, input.Open(open(), known))
		took := time.Since(start)
		runtime.GC()
		runtime.ReadMemStats(&after)
		if err != nil {
			t.Error(name, err)
		}
		if held := int64(after.HeapInuse) - int64(before.HeapInuse); held > 16<<20 {
			t.Errorf("%s: %d MB are held", name, held>>20)
		}
		if took > 30*time.Second {
			t.Errorf("%s takes %s", name, took)
		}
		t.Logf("%-18s %8s for %d MB out", name, took.Round(time.Millisecond), got>>20)
	}
}

// repeated is s over and over.
type repeated struct {
	s    string
	at   int
	left int
}

func (r *repeated) Read(b []byte) (n int, err error) {
	for n < len(b) && r.left > 0 {
		k := copy(b[n:min(len(b), n+r.left)], r.s[r.at:])
		n, r.at, r.left = n+k, (r.at+k)%len(r.s), r.left-k
	}
	if r.left == 0 {
		return n, io.EOF
	}
	return n, nil
}

// However a text is laid out, every line of it is counted once, and the numbers of
// the repaired lines rise.
func FuzzText(f *testing.F) {
	for _, s := range []string{"\ufeffrec a\n", "\xff\xfer\x00e\x00", "1:rec a\n2:rec b\n", "> rec a\n> rec b\nx", "| rec a |\n| rec b |", `"a","rec b"` + "\n" + `"a","rec`, `{"log":"rec a\n","time":"2025-01-02T03:04:05Z"}`, "<html><p>rec a</p>", "Content-Transfer-Encoding: base64\n\ncmVjIGEK\n", "rec a=3D=\nb=\nc", "\xff\xfe\xff\n\xff\xfe\xfex\n1:rec a\n2:rec b", strings.Repeat("rec "+strings.Repeat("ab ", 30)+"\n"+strings.Repeat("c", 40)+"\n", 4)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		_, told, last := read(t, text)
		if told == "" || bytes.ContainsRune(text[:min(len(text), 2)], 0) || len(text) > 1 && text[0] >= 0xfe || !bytes.Contains(text, []byte("\n")) {
			return
		}
		lines := bytes.Count(text, []byte("\n"))
		if text[len(text)-1] != '\n' {
			lines++
		}
		if last != lines && !bytes.Contains(text, []byte{0}) {
			t.Errorf("%d lines became %d: %s", lines, last, told)
		}
	})
}

// Lines of any text are in order, and each is counted.
func TestAnyText(t *testing.T) {
	seed := rand.Uint64()
	rnd := rand.New(rand.NewPCG(seed, 1))
	parts := []string{"rec a b c\n", "1:", "> ", "  at x\n", "\n", "| ", " |\n", `"a","rec b"`, "=\n", "\\\n", "<html>", "</html>\n", `{"message":"rec"`, "}", "[", "\n\xff\xfe\xfe", strings.Repeat("x", 80) + "\n", "\u00a0", "Content-Transfer-Encoding: base64\n\n", "QUJD\n", "--\n", "\x1b[31m", "\r", "\b", "  \u2502 b\n", `["rec a", "rec b"`, `"rec a\nrec b"`, "__CURSOR=s=1;i=1\n", "MESSAGE=rec a\n", "  12 rec a\n"}
	for range 3000 {
		var text strings.Builder
		text.WriteString("x\n")
		for range rnd.IntN(40) {
			text.WriteString(parts[rnd.IntN(len(parts))])
		}
		text.WriteString("rec end\n")
		if _, told, last := read(t, []byte(text.String())); told != "" && last != strings.Count(text.String(), "\n") {
			t.Fatalf("seed %d: %q has %d lines: %s", seed, text.String(), last, told)
		}
	}
}
