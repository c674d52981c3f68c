package capture_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/redact"
)

const rejected = "12:15:06.407183 IP (tos 0x0, ttl 64, id 7, offset 0, flags [DF], proto TCP (6), length 52)\n" +
	"    192.168.10.1.57886 > 10.1.1.1.8443: Flags [S], seq 100, win 64240, options [mss 1460], length 0\n" +
	"12:15:06.407900 IP (tos 0xc0, ttl 64, id 7, offset 0, flags [none], proto ICMP (1), length 80)\n" +
	"    192.168.10.254 > 192.168.10.1: ICMP host 10.1.1.1 unreachable - admin prohibited filter, length 60\n" +
	"\tIP (tos 0x0, ttl 63, id 7, offset 0, flags [DF], proto TCP (6), length 52)\n" +
	"    192.168.10.1.57886 > 10.1.1.1.8443: Flags [S], seq 100, win 64240, options [mss 1460], length 0\n"

// live are what is left of the events when chunks come with a pause behind each.
func live(t *testing.T, kind event.Kind, chunks []string) []event.Event {
	t.Helper()
	var events []event.Event
	d := capture.NewDecoder(event.Source{ID: 1, Kind: kind}, redact.NewWithKey([]byte("test")), func(ev event.Event) {
		same := func(o event.Event) bool {
			m := o.Origin()
			return m.Provisional && m.From.Packet > 0 && m.From.Packet == ev.Ref().Packet && fmt.Sprintf("%T", o) == fmt.Sprintf("%T", ev)
		}
		if i := slices.IndexFunc(events, same); i >= 0 {
			events[i] = ev
			return
		}
		events = append(events, ev)
	})
	for _, c := range chunks {
		if _, err := d.Write([]byte(c)); err != nil {
			t.Fatal(err)
		}
		d.Quiet()
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return settled(events)
}

// settled are events in the order of their lines, none of them provisional.
func settled(events []event.Event) []event.Event {
	events = slices.Clone(events)
	for i, ev := range events {
		v := reflect.New(reflect.TypeOf(ev)).Elem()
		v.Set(reflect.ValueOf(ev))
		v.FieldByName("Meta").FieldByName("Provisional").SetBool(false)
		events[i] = v.Interface().(event.Event)
	}
	slices.SortStableFunc(events, func(a, b event.Event) int { return a.Ref().Line - b.Ref().Line })
	return events
}

// The last packet of a listing is given when no more comes, with what its
// lines say; a late quote amends it.
func TestTheLastPacketIsGivenWhenItIsQuiet(t *testing.T) {
	var got []event.Event
	d := capture.NewDecoder(event.Source{ID: 1, Kind: event.TcpdumpText}, redact.New(), func(ev event.Event) {
		if u, ok := ev.(event.Unreachable); ok {
			got = append(got, u)
		}
	})
	lines := strings.SplitAfter(rejected, "\n")
	_, _ = d.Write([]byte(strings.Join(lines[:4], "")))
	if len(got) != 0 {
		t.Fatalf("given at once: %+v", got)
	}
	d.Quiet()
	d.Quiet()
	if len(got) != 1 || !got[0].Origin().Provisional || d.Packets() != 2 {
		t.Fatalf("after a pause: %+v, %d packets", got, d.Packets())
	}
	_, _ = d.Write([]byte(strings.Join(lines[4:], "")))
	d.Quiet()
	if len(got) != 2 || got[1].Ref() != got[0].Ref() || got[1].(event.Unreachable).About.Port() != 8443 {
		t.Fatalf("with its quote: %+v", got)
	}
	_ = d.Close()
	if len(got) != 2 || d.Packets() != 2 {
		t.Errorf("it is given again: %+v, %d packets", got, d.Packets())
	}
}

// However the bytes come and wherever they pause, what is left in the end is the same.
func TestPausesChangeNothing(t *testing.T) {
	texts := map[string]string{"sample": sample, "rejected": rejected, "both": sample + "\n" + rejected,
		"torn": strings.ReplaceAll(rejected, ", options", ",\noptions"),
		"head": strings.ReplaceAll(rejected, "proto TCP (6), ", "proto TCP\n (6), ")}
	texts["dump"] = strings.ReplaceAll(sample, "length 0\r\n", "length 0\r\n\t0x0000:  4500 0028 0007 4000 4006 0000 c0a8 0a01\r\n\t0x0010:  0a01 0101 e21e 20fb 0000 0064 0000 0000\r\n")
	files, err := filepath.Glob("../../shared/corpus/tcpdump/tests/*.out") // tcpdump's own; where they are absent, the texts above do
	if err != nil {
		t.Fatal(err)
	}
	cases, err := filepath.Glob("../../shared/cases/*/tcpdump*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range slices.Concat(files, cases) {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		texts[f] = string(b[:min(len(b), 5000)])
	}
	random, rounds := rand.New(rand.NewPCG(1, 2)), 40
	if len(files) > 0 {
		rounds = 3
	}
	for name, text := range texts {
		for _, kind := range []event.Kind{event.TcpdumpText, event.KindUnknown} {
			plain, _ := decode(t, kind, text)
			want := settled(plain)
			for round := range rounds {
				got := live(t, kind, chunked(random, text, round))
				if !reflect.DeepEqual(got, want) {
					t.Fatalf("%s as %s, round %d: %s", name, kind, round, difference(got, want))
				}
			}
		}
	}
}

// chunked cuts a text: every line by itself, every byte of a short one, or anywhere.
func chunked(random *rand.Rand, text string, round int) (out []string) {
	if round == 0 {
		return strings.SplitAfter(text, "\n")
	}
	for len(text) > 0 {
		n := min(len(text), 1+random.IntN(1+round*8))
		out, text = append(out, text[:n]), text[n:]
	}
	return out
}

func difference(got, want []event.Event) string {
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			return fmt.Sprintf("missing %T %+v", want[i], want[i])
		case i >= len(want):
			return fmt.Sprintf("more: %T %+v", got[i], got[i])
		case !reflect.DeepEqual(got[i], want[i]):
			return fmt.Sprintf("\n%T %+v\nwant\n%T %+v", got[i], got[i], want[i], want[i])
		}
	}
	return ""
}
