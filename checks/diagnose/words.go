package diagnose

import (
	"cmp"
	"strings"
	"unicode"

	"syncscope/capture/logline"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
	"syncscope/checks/fact"
)

// words fills the names of this run into a rule's sentences.
func (j *judge) words(t *attempt.Trace, ev []checks.Evidence) fillings {
	client, user := t.Says(attempt.Client), t.Says(attempt.User)
	seen, mss := "", ""
	if t.Token != nil {
		client, user = cmp.Or(client, t.Token.Field(attempt.Client)), cmp.Or(user, t.Token.Field(attempt.User))
		if a := t.Token.Access; a != nil && a.Client.IsValid() {
			seen = a.Client.String()
		}
	}
	if t.Conn != nil {
		_, mss, _ = strings.Cut(firstSays(fact.All["mss-clamped"](j.View, t)), "MSS ")
	}
	var says, logs []string
	for _, one := range ev {
		says = append(says, one.Says)
		if _, log, ok := strings.Cut(one.Says, "in clear in "); ok {
			logs = append(logs, log)
		}
	}
	mode, _ := fact.Mode(j.View, t)
	target := j.target(t)
	method, path := asked(t)
	issuer, shows := fact.Authority(j.View, t)
	holder, has := fact.Holder(j.View, t)
	return fillings{
		"{client}", clientText(client), "{user}", cmp.Or(user, "the Manager's SSM user"), "{sought}", j.sought(t), "{named}", named(t), "{authority}", after(issuer), "{issuer}", issuer + " (" + shows.Place() + ")", "{holder}", holder + " (" + has.Place() + ")",
		"{waited}", fact.Waited(j.View, t), "{silent}", fact.Silent(j.View, t), "{worked}", placeOf(fact.All["grant-worked"](j.View, t)), "{meanwhile}", placeOf(fact.All["served-meanwhile"](j.View, t)), "{seen}", seen, "{mss}", mss,
		"{logs}", strings.Join(logs, " and "), "{noise}", strings.Join(says, ", "),
		"{says}", firstSays(ev), "{release}", j.Names.Release(j.Results), "{mode}", cmp.Or(mode, "another"),
		"{host}", hostText(t), "{peer}", target.Host, "{target}", target.String(), "{port}", target.Port, "{method}", method, "{path}", path,
		"{proxy}", cmp.Or(j.ProxyOf(t).String(), checkedProxy(t), "PROXY:PORT"),
	}
}

// named is the name that the certificate has, behind a text that asks for it.
func named(t *attempt.Trace) string {
	name, more := fact.FirstName(t)
	switch {
	case name == "" || len(name) > longestName:
		return ""
	case more:
		name += " or another of its names"
	}
	return ": " + name
}

// after is a CA's name as it stands behind a text that asks for it.
func after(name string) string {
	if name == "" || len(name) > longestAuthority {
		return ""
	}
	return ": " + name
}

// longestAuthority is how long a CA's name may be that a Turn has room for.
const longestAuthority = 28

// longestName is how long a name may be that a Turn has room for.
const longestName = 40

// sought is what is to be looked for of a client ID in the SSM's list of grants.
func (j *judge) sought(t *attempt.Trace) string {
	if fact.All["grant-not-listed"](j.View, t) != nil {
		return "; it is not in the list given"
	}
	return ": type, expiry, creator"
}

// checkedProxy is the proxy that outputs alone are about.
func checkedProxy(t *attempt.Trace) string {
	if t.Checked == nil || !t.Checked.Proxy {
		return ""
	}
	return t.Checked.String()
}

// hostText is the SSM's name as the Manager calls it.
func hostText(t *attempt.Trace) string {
	peer, _ := t.Lines.Peer()
	if t.Checked != nil && !t.Checked.Proxy {
		peer.Host = t.Checked.Host.String()
	}
	return cmp.Or(typeable(peer.Host), "the SSM's name")
}

// typeable is a name or a path out of a log if it may stand in a command that a
// person is told to type: a shell reads nothing in it. Else it is empty.
func typeable(s string) string {
	odd := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("/.-_~:%#", r)
	}
	if strings.ContainsFunc(s, odd) {
		return ""
	}
	return s
}

// target is whom the Manager calls, and on which port: by its own lines, else by
// its connection, else by what is known of the SSM.
func (j *judge) target(t *attempt.Trace) evidence.Endpoint {
	peer, _ := t.Lines.Peer()
	if c := t.Conn; c != nil && peer.Host == "" {
		peer = evidence.ParseEndpoint(cmp.Or(c.Asked, c.Server.String()))
	}
	if t.Checked != nil && !t.Checked.Proxy && t.Checked.Named() {
		peer = evidence.ParseEndpoint(t.Checked.String())
	}
	if a := j.PeerAddr(); a.IsValid() && peer.Host == "" {
		peer.Host = a.String()
	}
	peer.Host, peer.Port = cmp.Or(typeable(peer.Host), "SSM"), typeable(peer.Port)
	return peer.At(evidence.SSMPort)
}

// asked is the request that failed, else the sign-in that every attempt begins with.
func asked(t *attempt.Trace) (method, path string) {
	method, path = "POST", "/backend/oauth/token"
	r := t.LastRequest()
	switch {
	case t.Failed != nil && !t.Failed.Path.Empty():
		method, path = cmp.Or(t.Failed.Method.String(), method), t.Failed.Path.String()
	case r != nil && r.Path() != "":
		method, path = cmp.Or(r.All()[0].Method.String(), method), r.Path()
	}
	return cmp.Or(typeable(method), "POST"), "/" + strings.TrimPrefix(typeable(path), "/")
}

// raised is the exception that the SSM's application raised, with its words: the
// one of the request, else the first at that time.
func raised(lines []*evidence.Line) string {
	for _, form := range []logline.Form{logline.Rails, logline.RailsOther} {
		for _, l := range lines {
			if l.Form == form && !l.Exception.Empty() {
				return quoted(l.Exception.String() + ": " + strings.TrimSuffix(l.ErrorText.String(), "):"))
			}
		}
	}
	for _, l := range lines {
		if l.Form == logline.Manager && l.Status == 500 && strings.Contains(l.ErrorCode.String(), "::") {
			return quoted(l.ErrorCode.String())
		}
	}
	return "an exception"
}

// quoted are a program's words as a sentence has them: on one line, without a stop
// at their end, and not too long.
func quoted(s string) string {
	says := []rune(strings.TrimRight(strings.Join(strings.Fields(s), " "), ".: "))
	if len(says) > longestQuote {
		return string(says[:longestQuote]) + "…"
	}
	return string(says)
}

// longestQuote is how many characters of a program's words a sentence has room for.
const longestQuote = 120

// clientText is a client ID as a person finds it in the SSM's list, which shows it
// in full: by its first characters and its length. Our token of it is in no list,
// and of an ID that a log cut or masked there is neither.
func clientText(token string) string {
	begins, length := checks.ClientHint(token)
	switch {
	case begins == "":
		return "the Manager's client ID"
	case length == "":
		return "the client ID " + redact.Begins + begins + "…"
	}
	return "the client ID " + redact.Begins + begins + "… (" + length + " characters)"
}

// placeOf is where the first piece of evidence stands.
func placeOf(ev []checks.Evidence) string {
	if len(ev) == 0 {
		return ""
	}
	return ev[0].Place()
}

func firstSays(ev []checks.Evidence) string {
	if len(ev) == 0 {
		return ""
	}
	return ev[0].Says
}
