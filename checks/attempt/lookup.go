package attempt

import (
	"net/netip"
	"slices"
	"strings"

	"syncscope/capture/event"
	"syncscope/checks"
)

// Answers are the DNS packets about the name that the try looks up. Without a
// log that tells the name, all of the capture are.
func (v *View) Answers(t *Trace) []*event.DNSAnswer {
	peer, _ := t.Lines.Peer()
	host := peer.Host
	if host == "" {
		host = v.Lines.Peer().Host
	}
	v.memo.Lock()
	defer v.memo.Unlock()
	if out, ok := v.lookups[host]; ok {
		return out
	}
	out := v.DNS
	if host != "" {
		out = about(v.DNS, host)
	}
	if v.lookups == nil {
		v.lookups, v.resolutions = map[string][]*event.DNSAnswer{}, map[**event.DNSAnswer]resolution{}
	}
	v.lookups[host] = out
	return out
}

// about are the DNS packets about a name.
func about(all []*event.DNSAnswer, host string) (out []*event.DNSAnswer) {
	asked := map[question]string{}
	for _, d := range all {
		name := strings.TrimSuffix(d.Name, ".")
		if q := (question{d.Server, d.ID}); name == "" {
			name = asked[q] // tcpdump without -v prints no name in an answer
		} else if !d.Response {
			asked[q] = name
		}
		if name == "" || strings.EqualFold(name, host) {
			out = append(out, d)
		}
	}
	return out
}

// question is what an answer repeats of its question.
type question struct {
	server netip.Addr
	id     uint16
}

// maxAnswers bounds how many of a resolver's answers are cited, the newest.
const maxAnswers = 8

// resolution is what the resolver's answers to one name say.
type resolution struct {
	evidence []checks.Evidence // of the newest answers, oldest first
	last     *event.DNSAnswer
}

// Addresses are the newest answers with an address to what the try looks up, oldest
// first, and the last of them; nil: there is none. Tries that look up the same share it.
func (v *View) Addresses(t *Trace) ([]checks.Evidence, *event.DNSAnswer) {
	all := v.Answers(t)
	if len(all) == 0 {
		return nil, nil
	}
	v.memo.Lock()
	defer v.memo.Unlock()
	if r, ok := v.resolutions[&all[0]]; ok {
		return r.evidence, r.last
	}
	var r resolution
	for _, d := range slices.Backward(all) {
		if !d.Response || len(d.Addrs) == 0 {
			continue
		}
		if r.last == nil {
			r.last = d
		}
		r.evidence = append(r.evidence, v.Cite(d.Meta, "capture: "+d.Addrs[0].String()))
		if len(r.evidence) == maxAnswers {
			break
		}
	}
	slices.Reverse(r.evidence)
	v.resolutions[&all[0]] = r
	return r.evidence, r.last
}
