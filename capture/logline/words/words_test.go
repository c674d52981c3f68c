package words

import (
	"slices"
	"testing"
)

// Words are found in what a program wrote, whatever it is, and never in a value or
// in what a URL asks for.
func TestIn(t *testing.T) {
	m := Compile([]Pattern{{ErrorText, "*locked*"}, {ErrorText, "*grant not found*"}, {ErrorCode, "invalid_grant"}, {ErrorCode, "!invalid_client"}})
	named := func(f Field, glob string) Word {
		w, ok := m.Word(Pattern{f, glob})
		if !ok {
			t.Fatalf("%s was not compiled", glob)
		}
		return w
	}
	locked, gone, grant, other := named(ErrorText, "*locked*"), named(ErrorText, "*grant not found*"), named(ErrorCode, "invalid_grant"), named(ErrorCode, "!invalid_client")
	for _, tt := range []struct {
		f      Field
		raw    string
		values [][2]int
		want   Set
	}{
		{ErrorText, "Your account is LOCKED.", nil, Set{locked}},
		{ErrorText, "Grant not found: locked", nil, Set{locked, gone}},
		{ErrorText, "password=locked is wrong", [][2]int{{9, 15}}, nil},
		{ErrorText, "Illegal character in query at index 9: /token?password=locked&x=y", nil, nil},
		{ErrorText, "is it locked?", nil, Set{locked}},
		{ErrorText, "/token?a=b locked", nil, Set{locked}},
		{ErrorCode, "invalid_grant", nil, Set{grant, other}},
		{ErrorCode, "invalid_client", nil, nil},
		{ErrorCode, "", nil, nil},
		{Message, "locked", nil, nil},
	} {
		raw := []byte(tt.raw)
		if got := m.In(nil, tt.f, raw, tt.values); !slices.Equal(got, tt.want) {
			t.Errorf("%q: %v, want %v", tt.raw, got, tt.want)
		}
		if string(raw) != tt.raw {
			t.Errorf("%q was written to: %q", tt.raw, raw)
		}
	}
	if (*Matcher)(nil).In(nil, ErrorText, []byte("locked"), nil) != nil {
		t.Error("without a Matcher, a line has words")
	}
}

// A pattern of Go code has the same number in every Matcher; equal patterns are one.
func TestRegister(t *testing.T) {
	w := Register(ErrorText, "*tested by TestRegister*")
	for _, more := range [][]Pattern{nil, {{Message, "*a*"}, {Message, "*a*"}, {ErrorText, "*tested by TestRegister*"}}} {
		if got := Compile(more).In(nil, ErrorText, []byte("tested by testregister"), nil); !slices.Equal(got, Set{w}) {
			t.Errorf("%d patterns more: %v, want %d", len(more), got, w)
		}
	}
	p := Say("a phrase of TestRegister")
	if m := Compile(nil); !p.In(m.In(nil, Exception, []byte("x.a phrase of TestRegister"), nil)) || p.In(m.In(nil, ErrorCode, []byte("a phrase of TestRegister"), nil)) {
		t.Error("a phrase is found in the wrong fields")
	}
}
