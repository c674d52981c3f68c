package session_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"syncscope/checks/rule"
)

// literals are the words that rules look for in what a program wrote, as a client
// could write them too.
func literals(rules []rule.Rule) (out []string) {
	add := func(m rule.Match) {
		for _, pattern := range []string{m.ErrorText, m.Message, m.ErrorCode, m.Exception} {
			for _, one := range strings.Split(strings.TrimPrefix(pattern, "!"), "|") {
				if words := strings.Join(strings.FieldsFunc(one, func(c rune) bool { return c == '*' }), " "); len(words) > 3 {
					out = append(out, words)
				}
			}
		}
	}
	for _, r := range rules {
		for _, p := range r.Evidence {
			add(p.Match)
		}
		for _, m := range r.Unless {
			add(m)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// poisoned is what the SSM logs of a client that writes words wherever it can: as
// user, password, referrer, agent, host and path, and in what it sends as JSON.
func (a anchor) poisoned(words string) string {
	const who = "10.110.35.66"
	query, path := url.QueryEscape(words), url.PathEscape(words)
	agent := strings.ReplaceAll(words, `"`, `\x22`)
	access := a.head + who + " - - [" + a.stamp + "] "
	return fmt.Sprintf("%s\"POST /backend/oauth/token?grant_type=password&client_id=%s&client_secret=%s&username=%s&password=%s HTTP/1.1\" 401 61 %q %q \"-\"\n", access, query, query, query, query, agent, agent) +
		fmt.Sprintf("%s\"GET /%s HTTP/1.1\" 404 153 \"-\" %q \"-\"\n", access, path, agent) +
		fmt.Sprintf("%sStarted GET \"/%s?x=%s\" for %s at 2026-01-02 03:04:05 +0000\n", a.rails, path, query, who) +
		fmt.Sprintf("%s  Parameters: {\"username\"=>%q, \"note\"=>%q, \"format\"=>\"json\"}\n", a.rails, words, words) +
		fmt.Sprintf("%smethod=GET path=/%s format=json controller=ApplicationController action=missing status=404 duration=1.2 view=0.1 db=0.0\n", a.rails, path)
}

// poison adds the lines of a client that writes the words of rules.
func poison(f *fault) (out []variant) {
	all := f.in(asText)
	at := slices.IndexFunc(all, func(x file) bool { return isMessages(x.name) })
	if at < 0 || !f.has(isManagerLog) {
		return nil
	}
	rules, err := loadRules()
	ls, year := splitLines(withNewline(all[at].data)), yearOf(all[at].data)
	a, ok := anchorOf(ls)
	if err != nil || !ok {
		return nil
	}
	for _, words := range literals(rules) {
		out = append(out, variant{fmt.Sprintf("%q", words), asText, func() []file {
			more := splitLines([]byte(a.poisoned(words)))
			for i, l := range more {
				more[i] = mapStamps(l, ssmStamps[:2], year, func(t time.Time) time.Time { return t.Add(2 * time.Second) })
			}
			return replaceFile(all, at, insertByTime(ls, joinLines(more), false, year))
		}})
	}
	return out
}
