package fact

import (
	"fmt"
	"slices"
	"strings"

	"syncscope/capture/logline"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
)

// page is the fact that one of statuses came with a page of HTML or words that are not
// the SSM's while a proxy is configured: the SSM's API answers JSON, its web
// server names itself, and its log would have the request.
func page(statuses ...int) func(*attempt.View, *attempt.Trace) []checks.Evidence {
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		if t.Lines.Proxy().Host == "" || t.Failed == nil || !slices.Contains(statuses, t.Failed.Status) || !t.Failed.ErrorCode.Empty() {
			return nil
		}
		if t.Token != nil && t.Token.Status() == t.Failed.Status || nginxPage(v, t) != nil || t.Failed.Value == logline.MakerGateway || !isHTML(t) && !inWords(t) {
			return nil
		}
		return []checks.Evidence{v.CiteLine(t.Failed, fmt.Sprintf("Manager: %d with a page that is not the SSM's, and a proxy is configured", t.Failed.Status))}
	}
}

// nginxPage: the page that came names nginx, as the SSM's web server does.
func nginxPage(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	for _, l := range t.Lines {
		if l.Topic == logline.TopicPage && l.Value == logline.MakerNginx || l == t.Failed && l.Status != 0 && l.Value == logline.MakerNginx {
			return []checks.Evidence{v.CiteLine(l, "Manager: the page names nginx")}
		}
	}
	return nil
}

// nginxPageLogged: the page is nginx's, and the SSM's log has the request, so that its
// own nginx made the page and not another server's.
func nginxPageLogged(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if t.LastRequest() == nil {
		return nil
	}
	return nginxPage(v, t)
}

// strange is the fact that a page of HTML, or plain words, came that none of the SSM's
// parts made: by its words a device's on the way, or, of a refusal, nobody's that is known.
func strange(device bool) func(*attempt.View, *attempt.Trace) []checks.Evidence {
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		page, maker := madePage(t)
		switch {
		case page == nil:
			return nil
		case device && (maker == logline.MakerDevice || maker == logline.MakerProxy && t.Lines.NoProxy()):
			return []checks.Evidence{v.CiteLine(page, "Manager: the answer is a filter's, a firewall's or a portal's")}
		case !device && maker == logline.MakerGateway:
			return []checks.Evidence{v.CiteLine(page, fmt.Sprintf("Manager: %d with a load balancer's words", t.Failed.Status))}
		case !device && maker.Empty() && (t.Failed.Status == 401 || t.Failed.Status == 403 || t.Failed.Status >= 400 && (inWords(t) || wholePage(t))) && noSuchRequest(v, t) == nil:
			return []checks.Evidence{v.CiteLine(page, fmt.Sprintf("Manager: %d with %s that names none of the SSM's parts", t.Failed.Status, kindOf(t)))}
		}
		return nil
	}
}

// wholePage reports whether the page that answered the attempt is there to its end: what
// it does not name then, it does not name.
func wholePage(t *attempt.Trace) bool {
	ends := func(text redact.Text) bool { return logline.PageEnds([]byte(text.String())) }
	return ends(t.Failed.ErrorText) || slices.ContainsFunc(t.Lines, func(l *evidence.Line) bool {
		return l.Form == logline.ManagerMore && l.Stamp == t.Failed.Stamp && ends(l.Message)
	})
}

// madePage is the line that tells most of a page or of words that answered the attempt, and
// who made it; nil: none came, or the SSM's own log has the answer. A gateway's JSON is
// known by its words only.
func madePage(t *attempt.Trace) (page *evidence.Line, maker redact.Text) {
	f := t.Failed
	if f == nil || f.Status == 0 || !f.ErrorCode.Empty() || !isHTML(t) && !inWords(t) && f.Value != logline.MakerGateway || t.Token != nil && t.Token.Status() == f.Status {
		return nil, redact.Text{}
	}
	page = f
	for _, l := range append([]*evidence.Line{f}, t.Lines...) {
		if (l == f || l.Topic == logline.TopicPage) && !l.Value.Empty() && maker.Empty() {
			page, maker = l, l.Value
		}
	}
	return page, maker
}

// isHTML reports whether the answer that failed the attempt is a page.
func isHTML(t *attempt.Trace) bool { return strings.HasPrefix(t.Failed.ErrorText.String(), "<") }

// inWords reports whether it is plain words: no part of the SSM's API writes such.
func inWords(t *attempt.Trace) bool { return logline.Words(t.Failed.ErrorText.String()) }

// kindOf is what came in place of the API's JSON.
func kindOf(t *attempt.Trace) string {
	if isHTML(t) {
		return "a page of HTML"
	}
	return "plain text"
}

// Signed reports whether an answer that failed the attempt is written as the SSM's parts
// write, or is in its log, too. Whoever else stands on the way answers in a status as well.
func Signed(t *attempt.Trace) bool {
	f := t.Failed
	if f == nil || f.Status < 400 || !f.ErrorCode.Empty() {
		return true
	}
	if r := t.FailedRequest(); r != nil && r.Status() == f.Status {
		return true
	}
	return slices.ContainsFunc(t.Lines, func(l *evidence.Line) bool {
		return (l == f || l.Topic == logline.TopicPage) && (l.Value == logline.MakerNginx || l.Value == logline.MakerRails || l.Value == logline.MakerSSM)
	})
}
