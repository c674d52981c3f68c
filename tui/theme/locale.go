package theme

import "strings"

// OnlyASCII reports whether the environment's locale names a character set that
// has no box lines: one that is not UTF-8, or that of C and POSIX. Where no locale
// is set, nothing is known, and terminals of today take UTF-8.
func OnlyASCII(environ func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} { // the first that is set holds
		locale := strings.ToLower(environ(name))
		if locale == "" {
			continue
		}
		_, charset, named := strings.Cut(locale, ".")
		charset, _, _ = strings.Cut(charset, "@")
		if named {
			return charset != "utf-8" && charset != "utf8"
		}
		return locale == "c" || locale == "posix"
	}
	return false
}
