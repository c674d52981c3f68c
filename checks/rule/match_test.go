package rule

import (
	"testing"
)

func TestGlob(t *testing.T) {
	for _, tt := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "anything", true}, {"a*c", "abc", true}, {"a*c", "abd", false}, {"*grant not*", "The Grant NOT found", true}, {"abc", "abcd", false},
		{"*oauth/token", "/backend/oauth/token", true}, {"*oauth/token", "/oauth/token/x", false}, {"!password", "password", false}, {"!password", "", false}, {"!password", "client_credentials", true},
	} {
		if got := glob(tt.pattern, tt.text); got != tt.want {
			t.Errorf("glob(%q, %q) is %v", tt.pattern, tt.text, got)
		}
	}
}
