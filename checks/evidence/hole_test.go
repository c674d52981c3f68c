package evidence

import (
	"testing"
	"time"
)

// rails is a line of one of the SSM's services.
const rails = "0bb: method=GET path=/sessions/get_user format=json controller=SessionsController action=get_user status=200 duration=47.37 view=11.16 db=0.00"

// Where lines may be missing, a log says nothing of what is not in it; before and
// behind that it does.
func TestHole(t *testing.T) {
	t.Parallel()
	for name, stays := range map[string]bool{"a gap": false, "a full disk": true} {
		at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
		r := newReader()
		r.log.Near(at)
		write := func(after time.Duration) { r.line(1, ssmLine(at.Add(after), 1)) }
		covers := func(from time.Duration) bool {
			ns := at.Add(from).UnixNano()
			return r.log.Covers(Window{ns, ns, true})
		}
		for s := range 60 {
			write(time.Duration(s) * time.Second)
		}
		if covers(30 * time.Second) {
			t.Errorf("%s: the lines of one program cover what others may have written", name)
		}
		r.line(1, at.Add(59*time.Second).Format("Jan _2 15:04:05")+" SSM-On-Prem chronyd[77]: Selected source 192.0.2.1")
		if covers(30 * time.Second) {
			t.Errorf("%s: a log without a line of an SSM's services covers what they write", name)
		}
		r.line(1, at.Add(59*time.Second).Format("Jan _2 15:04:05")+" SSM-On-Prem "+rails)
		if !covers(30 * time.Second) {
			t.Fatalf("%s: a log with lines around does not cover", name)
		}
		r.log.Break(1, stays)
		write(70 * time.Second) // of a full disk: a rest that still had room
		if got := covers(90 * time.Second); got {
			t.Errorf("%s: covered behind the last line", name)
		}
		if stays {
			r.log.Break(1, false)
		}
		for s := 100; s < 160; s++ {
			write(time.Duration(s) * time.Second)
		}
		if covers(65*time.Second) || stays && covers(90*time.Second) {
			t.Errorf("%s: covered where lines may be missing", name)
		}
		if !covers(30*time.Second) || !covers(150*time.Second) {
			t.Errorf("%s: not covered before and behind it", name)
		}
	}
}

// Where a log daemon says that it dropped lines, the log covers neither the time before
// that nor, where it ends, the time until it goes on.
func TestLostLines(t *testing.T) {
	t.Parallel()
	for _, told := range []string{
		"rsyslogd: imjournal: 3127 messages lost due to rate-limiting (20000 allowed within 600 seconds)",
		"rsyslogd: imuxsock lost 41 messages from pid 77 due to rate-limiting",
		"journal: Suppressed 2143 messages from /system.slice/docker.service",
		"systemd-journald[412]: Missed 88 kernel messages",
		"rsyslogd: [origin software=\"rsyslogd\" swVersion=\"8.2102.0\"] exiting on signal 15.",
	} {
		at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
		r := newReader()
		r.log.Near(at)
		write := func(after time.Duration, text string) {
			r.line(1, at.Add(after).Format("Jan _2 15:04:05")+" SSM-On-Prem "+text)
		}
		covers := func(from time.Duration) bool {
			ns := at.Add(from).UnixNano()
			return r.log.Covers(Window{ns, ns, true})
		}
		write(0, rails)
		for m := range 60 {
			write(time.Duration(m)*time.Minute, "0aa: [INFO] line")
			write(time.Duration(m)*time.Minute+time.Second, "chronyd[77]: Selected source 192.0.2.1")
		}
		if !covers(50*time.Minute) || !covers(20*time.Minute) {
			t.Fatal("a log with lines around does not cover")
		}
		write(60*time.Minute, told)
		write(64*time.Minute, "0aa: [INFO] line")
		write(65*time.Minute, "0aa: [INFO] line")
		for after, want := range map[time.Duration]bool{20: true, 45: true, 52: false, 59: false, 62: false} {
			if got := covers(after * time.Minute); got != want {
				t.Errorf("%s: minute %d is covered: %v", told, after, got)
			}
		}
	}
}
