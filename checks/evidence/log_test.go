package evidence

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/capture/redact"
)

// reader reads lines of logs into a Log, as the engine does.
type reader struct {
	log  *Log
	gate *redact.Session
	read map[event.SourceID]*logline.Parser
	at   map[event.SourceID]int
}

func newReader() *reader {
	return &reader{NewLog(), redact.New(), map[event.SourceID]*logline.Parser{}, map[event.SourceID]int{}}
}

func (r *reader) line(file event.SourceID, text string) bool { return r.came(file, text, time.Time{}) }

// came is line, of one that came live.
func (r *reader) came(file event.SourceID, text string, arrival time.Time) bool {
	p := r.read[file]
	if p == nil {
		p = logline.NewParser(r.gate)
		r.read[file] = p
	}
	r.at[file]++
	ev := event.LogEntry{Meta: event.Meta{From: event.Ref{Source: file, Line: r.at[file]}}}
	p.Line(redact.Wrap([]byte(text)), false, &ev.Entry)
	ev.At = event.When{Time: ev.Stamp.Time, Dated: ev.Stamp.Dated, Zoned: ev.Stamp.Zoned, Arrival: arrival}
	r.log.Learn(&ev)
	r.log.Note(&ev)
	return r.log.Add(NewLine(&ev))
}

// messages are what is said of a log's lines, without where they were read.
func (r *reader) messages() (out []string) {
	for _, l := range r.log.Lines() {
		out = append(out, l.Message.String())
	}
	return out
}

func managerLine(at time.Time, zone string, n int) string {
	return fmt.Sprintf("%s %s INFO [n1] [SmartLicensingUtil] (default task-%d) |default| line %d", at.Format("02-Jan-2006 15:04:05,000"), zone, n%3, n)
}

func ssmLine(at time.Time, n int) string {
	return fmt.Sprintf("%s SSM-On-Prem 0aa: [INFO] line %d", at.Format("Jan _2 15:04:05"), n)
}

// accessLine is a line of nginx, which prints its zone, where syslog prints the
// local time.
func accessLine(local, utc time.Time, n int) string {
	return fmt.Sprintf("%s SSM-On-Prem 0bb: 192.0.2.7 - - [%s +0000] \"GET /line/%d HTTP/1.1\" 200 5 \"-\" \"-\" \"-\"", local.Format("Jan _2 15:04:05"), utc.Format("02/Jan/2006:15:04:05"), n)
}

var begin = time.Date(2025, 3, 4, 5, 6, 7, 0, time.UTC)

// A log reads the same however its files were cut, in whatever order they are
// given, and however often a part of it is given again.
func TestFilesOfOneLogAreOneLog(t *testing.T) {
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		var lines, want []string
		at := begin
		for n := range 40 {
			at = at.Add(time.Duration(rnd.IntN(30_000)) * time.Millisecond)
			lines, want = append(lines, managerLine(at, "UTC", n)), append(want, fmt.Sprintf("line %d", n))
		}
		var files [][]string
		for from := 0; from < len(lines); {
			to := min(len(lines), from+1+rnd.IntN(20))
			files = append(files, lines[from:to])
			from = to
		}
		if again := rnd.IntN(len(files) + 1); again < len(files) {
			files = append(files, files[again]) // a copy
		}
		from := rnd.IntN(len(lines))
		files = append(files, lines[from:min(len(lines), from+7)]) // an excerpt over the edge of two
		rnd.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
		r := newReader()
		for i, f := range files {
			for _, l := range f {
				r.line(event.SourceID(i+1), l)
			}
		}
		if got := r.messages(); !slices.Equal(got, want) {
			t.Fatalf("seed %d: %v", seed, got)
		}
	}
}

// One file that holds a log twice, or an older part behind a newer one, or its
// newest line first, is that log.
func TestOneFileInAnyOrder(t *testing.T) {
	var lines, want []string
	for n := range 30 {
		lines, want = append(lines, managerLine(begin.Add(time.Duration(n)*20*time.Second), "UTC", n)), append(want, fmt.Sprintf("line %d", n))
	}
	back := slices.Clone(lines)
	slices.Reverse(back)
	for name, text := range map[string][]string{
		"as it is": lines, "twice": slices.Concat(lines, lines), "the older half last": slices.Concat(lines[15:], lines[:15]),
		"an excerpt again": slices.Concat(lines, lines[4:9]), "the newest first": back,
	} {
		r := newReader()
		for _, l := range text {
			r.line(1, l)
		}
		if got := r.messages(); !slices.Equal(got, want) {
			t.Errorf("%s: %v", name, got)
		}
		if turned := len(r.log.Turned()) > 0; turned != (name == "the newest first") {
			t.Errorf("%s: turned %v", name, turned)
		}
	}
}

// A log that was rotated as its clock was set back goes on where the other file
// broke off, whichever file is given first. What begins of itself is older.
func TestAClockThatWasSetBackAtARotation(t *testing.T) {
	const thread = " [vm] [X] (default task-7) |default| "
	line := func(at time.Time, text string) string {
		return at.Format("02-Jan-2006 15:04:05,000") + " UTC INFO" + thread + text
	}
	back := begin.Add(-63 * time.Minute)
	first := []string{line(begin, "user is using in On Prem mode"), line(begin.Add(time.Second), "Getting onPrem server details")}
	rest := []string{line(back, "Failed to authenticate user - 'ann'."), line(back.Add(time.Second), "Smart Account User Authentication failed.")}
	again := []string{line(back, "user is using in On Prem mode"), line(back.Add(time.Second), "Smart Account User Authentication failed.")}
	for name, tt := range map[string]struct {
		files [][]string
		last  string // the log's last line
	}{
		"the rest":            {[][]string{first, rest}, "Smart Account"},
		"the rest, first":     {[][]string{rest, first}, "Smart Account"},
		"an older one":        {[][]string{first, again}, "Getting onPrem"},
		"an older one, first": {[][]string{again, first}, "Getting onPrem"},
	} {
		r := newReader()
		for i, f := range tt.files {
			for _, l := range f {
				r.line(event.SourceID(i+1), l)
			}
		}
		got := r.log.Lines()
		if last := got[len(got)-1].Full.String(); !strings.Contains(last, tt.last) {
			t.Errorf("%s: ends with %s", name, last)
		}
	}
}

// Where a clock was set back, what was written later stays behind, and its
// time goes on; where summer time ended, the letters tell.
func TestAClockThatWasSetBack(t *testing.T) {
	r := newReader()
	at := begin
	for n := range 6 {
		if n == 3 {
			at = at.Add(-63 * time.Minute)
		}
		at = at.Add(20 * time.Second)
		r.line(1, strings.ReplaceAll(managerLine(at, "UTC", n), fmt.Sprintf("task-%d", n%3), "task-9"))
	}
	if got := strings.Join(r.messages(), ","); got != "line 0,line 1,line 2,line 3,line 4,line 5" {
		t.Error(got)
	}
	lines := r.log.Lines()
	if d, ok := lines[0].Until(lines[5]); !ok || d > 100*time.Second || d < 80*time.Second {
		t.Errorf("the clock that was set takes %s", d)
	}
	r = newReader()
	r.line(1, managerLine(time.Date(2025, 11, 2, 1, 59, 50, 0, time.UTC), "PDT", 0))
	r.line(1, managerLine(time.Date(2025, 11, 2, 1, 0, 10, 0, time.UTC), "PST", 1))
	lines = r.log.Lines()
	if d, _ := lines[0].Until(lines[1]); d != 20*time.Second {
		t.Errorf("summer time ends within %s", d)
	}
}

// The SSM's syslog prints neither year nor zone: nginx' lines tell them, also
// over the end of summer time and of a year.
// What comes while we watch was written last, however far back its clock was set.
func TestAClockThatIsSetBackWhileWeWatch(t *testing.T) {
	at := time.Date(2024, 5, 6, 10, 0, 0, 0, time.UTC)
	r := newReader()
	for n := range 3 {
		r.line(1, managerLine(at.Add(time.Duration(n)*time.Second), "UTC", n))
	}
	for n := 3; n < 9; n++ {
		back := at.Add(-3*time.Hour + time.Duration(n)*time.Second)
		line := strings.Replace(managerLine(back, "UTC", n), "task-", "task-1", 1) // a thread that wrote nothing before
		r.came(1, line, at.Add(time.Duration(n)*time.Second))
	}
	for n, got := range r.messages() {
		if want := fmt.Sprintf("line %d", n); got != want {
			t.Errorf("%s stands where %s is", got, want)
		}
	}
}

func TestYearAndZoneOfTheSSM(t *testing.T) {
	r := newReader()
	utc := time.Date(2024, 12, 31, 22, 59, 50, 0, time.UTC)
	r.line(1, accessLine(utc.Add(time.Hour), utc, 0))
	r.line(1, ssmLine(utc.Add(time.Hour+5*time.Second), 1))
	r.line(1, ssmLine(utc.Add(time.Hour+15*time.Second), 2)) // the next year there
	r.line(1, accessLine(utc.Add(time.Hour+20*time.Second), utc.Add(20*time.Second), 3))
	axis := NewAxis(0, Assumed)
	first := axis.SSM(r.log.Lines()[0])
	for i, want := range []time.Duration{0, 5 * time.Second, 15 * time.Second, 20 * time.Second} {
		got := axis.SSM(r.log.Lines()[i])
		if d := time.Duration(got.lo - first.lo); d != want {
			t.Errorf("line %d is %s behind the first, want %s", i, d, want)
		}
	}
	if at := time.Unix(0, first.lo).UTC(); !at.Equal(utc) {
		t.Errorf("the first line is at %s, want %s", at, utc)
	}
	r = newReader()
	utc = time.Date(2025, 10, 26, 0, 59, 50, 0, time.UTC) // 2:59:50 in Paris, and ten seconds later 2:00:00
	r.line(1, accessLine(utc.Add(2*time.Hour), utc, 0))
	r.line(1, ssmLine(utc.Add(time.Hour+20*time.Second), 1))
	r.line(1, accessLine(utc.Add(time.Hour+30*time.Second), utc.Add(30*time.Second), 2))
	lines := r.log.Lines()
	if d, _ := lines[0].Until(lines[2]); d != 30*time.Second || lines[1].Message.String() != "[INFO] line 1" {
		t.Errorf("over the end of summer time %s, %v", d, r.messages())
	}
}

// What Add calls the log's next line is that: Lines has it at its end, and
// nothing before it has changed.
func TestAddTellsWhatIsNext(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	r := newReader()
	var before []*Line
	for n := range 500 {
		file := event.SourceID(1 + rnd.IntN(2))
		at := begin.Add(time.Duration(n) * time.Second)
		if rnd.IntN(50) == 0 {
			at = at.Add(-time.Hour)
		}
		next := r.line(file, managerLine(at, "UTC", n))
		if now := r.log.Lines(); next && (len(now) != len(before)+1 || !slices.Equal(now[:len(before)], before)) {
			t.Fatalf("line %d is no next line", n)
		}
		before = slices.Clone(r.log.Lines())
	}
}

// Years 0 and 1 are moved as a calendar moves them.
func TestNanos(t *testing.T) {
	for _, year := range []int{0, 1} {
		for day := range 366 {
			at := time.Date(year, 1, 1+day, 13, 14, 15, 16, time.UTC)
			want := time.Date(1972, at.Month(), at.Day(), 13, 14, 15, 16, time.UTC)
			if at.Year() != year || year == 1 && day > 58 {
				break // 1 is no leap year, and only times of day are read in it
			}
			if got := nanos(at); got != want.UnixNano() {
				t.Fatalf("%s: %s", at, time.Unix(0, got).UTC())
			}
		}
	}
	now := time.Date(2025, 3, 4, 5, 6, 7, 8, time.UTC)
	if nanos(now) != now.UnixNano() {
		t.Error("a year that is printed is moved")
	}
}

// A log in which the clock was set back is the same when it is pasted twice.
func TestSetBackAndPastedTwice(t *testing.T) {
	read := func(times int) []string {
		r := newReader()
		for range times {
			for n := range 12 {
				at := begin.Add(time.Duration(n) * time.Second)
				if n >= 6 {
					at = at.Add(-time.Hour)
				}
				r.line(1, managerLine(at, "UTC", n))
			}
		}
		return r.messages()
	}
	if once, twice := read(1), read(2); !slices.Equal(once, twice) {
		t.Errorf("once %v\ntwice %v", once, twice)
	}
}

// A log whose stamps have no year goes on in the next one where they fall by nearly a
// year, also in its other files.
func TestANewYearThatNothingNames(t *testing.T) {
	eve := time.Date(2025, 12, 31, 23, 59, 50, 0, time.UTC)
	lines := func(from time.Time, n, first int) (out []string) {
		for i := range n {
			out = append(out, ssmLine(from.Add(time.Duration(i)*8*time.Second), first+i))
		}
		return out
	}
	want := []string{"[INFO] line 1", "[INFO] line 2", "[INFO] line 3", "[INFO] line 4", "[INFO] line 5"}
	turn, next := lines(eve, 3, 1), lines(eve.Add(time.Hour), 2, 4)
	for _, files := range [][][]string{{append(slices.Clone(turn), next...)}, {turn, next}, {next, turn}} {
		r := newReader()
		for i, f := range files {
			for _, l := range f {
				r.line(event.SourceID(i+1), l)
			}
		}
		if got := r.messages(); !slices.Equal(got, want) {
			t.Errorf("%d files: %q, want %q", len(files), got, want)
		}
	}
}
