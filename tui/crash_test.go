package tui

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"syncscope/tui/terminal"
)

const crashSecret = "aW52ZW50ZWQtc2VjcmV0LWZvci10ZXN0cw"

// crashes are ways to die, in a process of its own (TestMain begins it).
var crashes = map[string]func(){
	"panic":     func() { panic("client_secret=" + crashSecret) },
	"goroutine": func() { go func() { panic(fmt.Errorf("token %s", crashSecret)) }(); select {} },
	"runtime":   func() { var s []string; _ = s[len(os.Args)] },
	"fatal": func() {
		m := map[int]int{}
		for range 8 {
			go func() {
				for {
					m[1]++
				}
			}()
		}
		select {}
	},
	"bytes":  func() { crashWith([33]byte([]byte(crashSecret))) },
	"stderr": func() { fmt.Fprintf(os.NewFile(2, "2"), "a library says %s\n", crashSecret); panic("x") },
}

//go:noinline
func crashWith(b [33]byte) { panic(string(b[:4])) }

const crashEnv = "SYNCSCOPE_TEST_CRASH"

func TestMain(m *testing.M) {
	if terminal.IsWatcher() {
		terminal.RunWatcher()
		return
	}
	if f := crashes[os.Getenv(crashEnv)]; f != nil {
		terminal.Watch()
		f()
	}
	for _, child := range children {
		if child() {
			return
		}
	}
	os.Exit(m.Run())
}

// children are what the test binary may be instead of the tests, told by its
// environment; each is false if it is not meant.
var children []func() bool

// A crash leaves a report without the value of the panic, and standard error
// has nothing else.
func TestCrashFileHoldsNoSecret(t *testing.T) {
	for name := range crashes {
		t.Run(name, func(t *testing.T) {
			state := t.TempDir()
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), crashEnv+"="+name, "XDG_STATE_HOME="+state)
			var out safeBuffer
			cmd.Stderr = &out
			if err := cmd.Run(); err == nil {
				t.Fatal("it did not crash")
			}
			files, _ := filepath.Glob(filepath.Join(state, "syncscope", "crash-*.txt"))
			if len(files) != 1 {
				t.Fatalf("crash files %v, said %q", files, out.String())
			}
			data, err := os.ReadFile(files[0])
			if err != nil {
				t.Fatal(err)
			}
			said := string(data) + out.String()
			for at := 0; at+8 <= len(crashSecret); at++ {
				part := crashSecret[at : at+8]
				if strings.Contains(said, part) || strings.Contains(said, fmt.Sprintf("%x", part)) {
					t.Fatalf("%q of the secret is in:\n%s", part, said)
				}
			}
			if !strings.Contains(string(data), "goroutine ") || !strings.Contains(string(data), "tui.") {
				t.Errorf("no trace in:\n%s", data)
			}
			if st, err := os.Stat(files[0]); err != nil || st.Mode().Perm() != 0o600 {
				t.Errorf("mode %v, %v", st.Mode(), err)
			}
			if !strings.Contains(out.String(), files[0]) || strings.Contains(out.String(), "goroutine 1") {
				t.Errorf("standard error: %q", out.String())
			}
		})
	}
}

type safeBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *safeBuffer) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
