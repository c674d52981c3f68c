package capture_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"testing"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/redact"
)

// zipped packs text, flushed behind each part.
func zipped(t *testing.T, parts ...[]byte) (ends []int, out []byte) {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for _, p := range parts {
		_, err := z.Write(p)
		if err = errorsOf(err, z.Flush()); err != nil {
			t.Fatal(err)
		}
		ends = append(ends, b.Len())
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return ends, b.Bytes()
}

func errorsOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// written are the events of pieces, how many there were after each, and how the
// source ended.
func written(kind event.Kind, pieces ...[]byte) (events []string, after []int, err error) {
	d := capture.NewDecoder(event.Source{ID: 1, Kind: kind}, redact.NewWithKey([]byte("test")), func(ev event.Event) { events = append(events, fmt.Sprintf("%T %+v", ev, ev.Ref())) })
	for _, p := range pieces {
		_, _ = d.Write(p)
		after = append(after, len(events))
	}
	return events, after, d.Close()
}

// A packed stream tells what the stream itself does, wherever it is split, and
// at once what its packer flushed.
func TestPackedStream(t *testing.T) {
	file, err := os.ReadFile("../../shared/cases/ok-tls12/capture.pcap")
	if err != nil {
		t.Skip("../shared/cases is not beside this checkout")
	}
	for name, text := range map[string][]byte{"listing": []byte(sample), "pcap": file} {
		for _, kind := range []event.Kind{event.KindUnknown, event.Pcap} {
			if kind == event.Pcap && name == "listing" {
				continue
			}
			half := len(text) / 2
			want, count, err := written(kind, text[:half], text[half:])
			if err != nil || len(want) < 5 {
				t.Fatalf("%s: %d events, %v", name, len(want), err)
			}
			ends, all := zipped(t, text[:half], text[half:])
			_, after, err := written(kind, all[:ends[0]], all[ends[0]:])
			if fmt.Sprint(after) != fmt.Sprint(count) || err != nil {
				t.Errorf("%s: %d events after the pieces, not %d; %v", name, after, count, err)
			}
			for at := 0; at <= len(all); at += 1 + at/20 {
				got, _, err := written(kind, all[:at], all[at:])
				if fmt.Sprint(got) != fmt.Sprint(want) || err != nil {
					t.Fatalf("%s split at %d: %d events, not %d; %v", name, at, len(got), len(want), err)
				}
			}
		}
	}
}

// What is cut short or broken says so, and tells what came before.
func TestPackedStreamBreaks(t *testing.T) {
	ends, all := zipped(t, []byte(sample), bytes.Repeat([]byte("and more\n"), 99))
	whole, _, _ := written(event.KindUnknown, []byte(sample+"\n"))
	got, _, err := written(event.KindUnknown, all[:ends[0]])
	if err == nil || len(got) != len(whole) {
		t.Errorf("cut: %d events, not %d; %v", len(got), len(whole), err)
	}
	broken := bytes.Clone(all)
	for i := ends[0]; i < len(broken); i++ {
		broken[i] = 0xff
	}
	if got, _, err := written(event.KindUnknown, broken[:ends[0]+9], broken[ends[0]+9:], []byte("more")); err == nil || len(got) < len(whole)-1 {
		t.Errorf("broken: %d events, %v", len(got), err)
	}
	for n := range 12 {
		if _, _, err := written(event.KindUnknown, all[:n]); n >= 3 && err == nil {
			t.Errorf("%d bytes: no error", n)
		}
	}
	if _, _, err := written(event.KindUnknown, all, []byte("not packed")); err == nil {
		t.Error("what follows is no gzip, and nothing is said")
	}
}
