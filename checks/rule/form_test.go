package rule

import (
	"testing"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/capture/logline/words"
)

// A form that no rule names is matched by none that names one.
func TestANewFormMatchesNothing(t *testing.T) {
	redis, any := (&Match{Form: "redis"}).Matcher(words.Compile(nil)), (&Match{}).Matcher(words.Compile(nil))
	e := &event.LogEntry{}
	e.Form = 200
	if redis.Entry(e) || !any.Entry(e) {
		t.Error("a form that nobody knows is taken for another")
	}
	for _, f := range logline.Forms() {
		if err := (Match{Form: f.String()}).check(nil); err != nil {
			t.Errorf("rules cannot name the form %s: %v", f, err)
		}
	}
}

// What a program says of itself is none of whom it answered, and no Manager's.
func TestGroupsOfForms(t *testing.T) {
	own := (&Match{Form: SSM}).Matcher(words.Compile(nil))
	for f, want := range map[logline.Form]bool{
		logline.NginxError: true, logline.RailsOther: true, logline.Postgres: true, logline.Kernel: true, logline.Syslog: true,
		logline.NginxAccess: false, logline.Manager: false, logline.ManagerMore: false, logline.FormPlain: false,
	} {
		e := &event.LogEntry{}
		e.Form = f
		if own.Entry(e) != want {
			t.Errorf("%s: %v", f, !want)
		}
	}
}
