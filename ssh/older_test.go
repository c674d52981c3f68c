package ssh_test

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncscope/ssh/command"
	"syncscope/ssh/shell"
)

// The files that logrotate leaves, by number and by date, packed or not, on a
// real host: the newest first, as far back as was asked for.
func TestOlderFiles(t *testing.T) {
	srv := startRig(t, "")
	dir := logDir(t)
	file := filepath.Join(dir, "messages")
	appendTo(t, file, "now\n")
	age := func(name string, days int) {
		at := time.Now().AddDate(0, 0, -days)
		must(t, os.Chtimes(filepath.Join(dir, name), at, at))
	}
	for i, name := range []string{"messages.1", "messages-20261115", "messages-20261108.gz", "messages-archive", "messages.1.swp", "messages-20261101;id"} {
		text := "old\n" + strings.TrimSuffix(name, ".gz") + "\n"
		if strings.HasSuffix(name, ".gz") {
			f, err := os.Create(filepath.Join(dir, name))
			must(t, err)
			z := gzip.NewWriter(f)
			_, err = z.Write([]byte(text))
			must(t, err)
			must(t, z.Close())
			must(t, f.Close())
		} else {
			appendTo(t, filepath.Join(dir, name), text)
		}
		age(name, i+1)
	}
	log := srv.open(t, shell.Open(srv.dial(t)), file)
	for k, want := range []string{"old\nmessages.1\n", "old\nmessages-20261115\n", "old\nmessages-20261108\n", ""} {
		if got, err := log.Older(t.Context(), k+1, 1000); err != nil || string(got) != want {
			t.Errorf("%d: %q, %v", k+1, got, err)
		}
		if want == "" {
			break
		}
		if got, err := log.Older(t.Context(), k+1, int64(len(want)-2)); err != nil || string(got) != strings.TrimPrefix(want, "old\n") {
			t.Errorf("the end of %d: %q, %v", k+1, got, err)
		}
	}
}

// What a host says in its list is no path by itself.
func TestParseRotated(t *testing.T) {
	var got []string
	for _, p := range command.SSMMessages.ParseRotated("/var/log/messages-20261122\r\n/var/log/messages.2.gz\n/etc/shadow\n/var/log/messages\n/var/log/messages.1'; id\n/var/log/messages-\n/var/log/messages-20261122-1700000000\nls: cannot access '/var/log/messages.[0-9]*'\n/var/log/messages..") {
		got = append(got, strings.TrimPrefix(p.String(), "/var/log/"))
	}
	if want := "messages-20261122 messages.2.gz messages-20261122-1700000000"; strings.Join(got, " ") != want {
		t.Errorf("%v", got)
	}
}
