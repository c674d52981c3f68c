package redact

// Text is safe to show and to store: secrets are tokens and only graphic
// runes and blanks remain. It can only be made here.
type Text struct{ s string }

// String returns the safe text.
func (t Text) String() string { return t.s }

// Empty reports whether there is no text.
func (t Text) Empty() bool { return t.s == "" }

// MarshalText makes a Text a JSON string.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.s), nil }

// literal is unexported so that Literal takes untyped constants only.
type literal string

// Literal makes a Text of words of our own. Its parameter's type is not
// exported: only an untyped constant can be passed, never a variable.
func Literal(s literal) Text { return Text{string(s)} }

// Join puts texts together with a blank between.
func Join(a, b Text) Text { return Text{a.s + " " + b.s} }
