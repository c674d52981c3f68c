package main

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestExponent(t *testing.T) {
	for want := range 4 {
		var points []point
		for _, n := range []int{500, 1000, 2000, 4000} {
			points = append(points, point{n, time.Duration(3 * math.Pow(float64(n), float64(want)))})
		}
		if got := exponent(points); math.Abs(got-float64(want)) > 0.01 {
			t.Errorf("%.3f, not %d", got, want)
		}
		if got := exponent(points[:1]); !math.IsNaN(got) {
			t.Errorf("one size has the exponent %f", got)
		}
	}
}

func TestExponents(t *testing.T) {
	linear := func(n int) *sized {
		took := []time.Duration{time.Duration(n)}
		return &sized{&job{walls: took, cpus: took}, n}
	}
	if got := exponents([]*sized{linear(500), linear(2000)}); got != "from 500 to 2,000: 1.00 (CPU 1.00)" {
		t.Error(got)
	}
	if got := exponents([]*sized{linear(500)}); got != "no two sizes ended" {
		t.Error(got)
	}
}

func TestMedian(t *testing.T) {
	for _, tc := range []struct {
		list []int
		want int
	}{{[]int{7}, 7}, {[]int{3, 1}, 1}, {[]int{9, 1, 5}, 5}, {[]int{4, 3, 2, 1}, 2}} {
		if got := median(tc.list); got != tc.want {
			t.Errorf("%v: %d", tc.list, got)
		}
	}
}

func TestMetric(t *testing.T) {
	out := []byte("BenchmarkOneMoreLine/sick/8h-2 \t 1\t 3.5 heap-MB\t 124.3 verdict-ms\n")
	if v, err := metric(out, "verdict-ms"); err != nil || v != 124.3 {
		t.Error(v, err)
	}
	if _, err := metric(out, "health-ms"); err == nil {
		t.Error("a metric that is not there is no error")
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 30_000: "30,000", 1_000_007: "1,000,007"} {
		if got := thousands(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}

func trial(t *testing.T) *bench {
	return &bench{ctx: context.Background(), dir: t.TempDir(), rounds: 2, scale: 1, limit: 200 * time.Millisecond, table: table{new(bytes.Buffer)}}
}

// What does not end, fails or says something else is told, and not run again.
func TestFaults(t *testing.T) {
	b := trial(t)
	input := filepath.Join(b.dir, "in")
	if err := os.WriteFile(input, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name string
		job  job
		want string // of the fault; "": none
	}{
		{"ends", job{args: []string{"true"}}, ""},
		{"never ends", job{args: []string{"sleep", "60"}}, "did not end in 0 s"},
		{"fails", job{args: []string{"sh", "-c", "echo why >&2; exit 4"}}, "exit code 4: why"},
		{"may fail", job{args: []string{"sh", "-c", "exit 4"}, codes: []int{4}}, ""},
		{"reads a pipe", job{args: []string{"sh", "-c", "test -p /dev/stdin && test $(cat) = abc"}, piped: input}, ""},
		{"first output", job{args: []string{"sh", "-c", "echo x; exec sleep 60"}, first: true}, ""},
		{"no output", job{args: []string{"true"}, first: true}, "printed nothing"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if err := b.alternate(2, &tc.job); err != nil {
				t.Fatal(err)
			}
			if tc.want != tc.job.fault {
				t.Errorf("fault %q", tc.job.fault)
			}
			runs := 2
			if tc.want != "" {
				runs = 0
			}
			if len(tc.job.walls) != runs {
				t.Errorf("%d times", len(tc.job.walls))
			}
		})
	}
}

// A session has the lines and sign-ins that were asked for, whatever it is
// made of.
func TestWrite(t *testing.T) {
	for _, tc := range []struct{ signIns, lines, want int }{{0, 1000, 1000}, {10, 1000, 1000}, {10, 0, bearing(10)}} {
		b := trial(t)
		s, err := b.write(tc.signIns, tc.lines)
		if err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		for _, p := range s.paths {
			data, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			text.Write(data)
		}
		if got := strings.Count(text.String(), "\n"); got != tc.want || s.lines != tc.want {
			t.Errorf("%+v: %d lines, %d counted", tc, got, s.lines)
		}
		if got := strings.Count(text.String(), "Authenticating on-prem server"); got != tc.signIns {
			t.Errorf("%+v: %d sign-ins", tc, got)
		}
		if int64(text.Len()) != s.bytes {
			t.Errorf("%+v: %d bytes", tc, s.bytes)
		}
	}
}

// No section fills the disk.
func TestRoom(t *testing.T) {
	b := trial(t)
	if why := b.room(1 << 60); !strings.HasPrefix(why, "skipped: ") {
		t.Errorf("an exabyte is written: %q", why)
	}
	s, err := b.sized(1 << 50)
	if err != nil || !strings.HasPrefix(s.fault, "skipped: ") {
		t.Error(s, err)
	}
}

func TestArguments(t *testing.T) {
	b := trial(t)
	file := filepath.Join(b.dir, "x.pcap")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{"": "start packets live memory logs", "logs live": "logs live", file: "packets", "memory " + file: "memory"} {
		got, err := b.arguments(strings.Fields(args))
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %v, %v", args, got, err)
		}
	}
	if _, err := b.arguments([]string{"nothing"}); err == nil {
		t.Error("what is neither a section nor a file is taken")
	}
}
