package theme

import "testing"

func TestOnlyASCIIByTheLocale(t *testing.T) {
	for _, c := range []struct {
		all, ctype, lang string
		want             bool
	}{
		{"", "", "", false},
		{"C", "", "en_US.UTF-8", true},
		{"", "", "POSIX", true},
		{"C.UTF-8", "", "", false},
		{"", "de_DE.ISO-8859-1", "de_DE.UTF-8", true},
		{"", "", "de_DE.ISO-8859-15@euro", true},
		{"", "", "ko_KR.utf8", false},
		{"", "", "de_DE@euro", false}, // no character set is named
	} {
		env := map[string]string{"LC_ALL": c.all, "LC_CTYPE": c.ctype, "LANG": c.lang}
		if got := OnlyASCII(func(name string) string { return env[name] }); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
