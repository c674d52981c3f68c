package ask

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"syncscope/assets"
	"syncscope/checks"
)

// Recipient is who gets the message.
type Recipient string

// The recipients.
const (
	SSM     Recipient = "ssm"
	Manager Recipient = "manager"
	Network Recipient = "network"
	DNS     Recipient = "dns"
	Proxy   Recipient = "proxy"
)

// Recipients are all of them.
func Recipients() []Recipient { return []Recipient{SSM, Manager, Network, DNS, Proxy} }

// ParseRecipient reads a name as it is typed.
func ParseRecipient(name string) (Recipient, error) {
	if r := Recipient(strings.ToLower(name)); slices.Contains(Recipients(), r) {
		return r, nil
	}
	return "", fmt.Errorf("%s: is nobody to ask (ask ssm, manager, network, dns or proxy)", name)
}

// owners are who the recipients are in a diagnosis.
var owners = map[Recipient]checks.Owner{
	SSM: checks.OwnerSSMAdmin, Manager: checks.OwnerManagerAdmin, Network: checks.OwnerNetwork, DNS: checks.OwnerDNS, Proxy: checks.OwnerProxy,
}

// For is who is asked where an owner has the next step; the SSM's admin where
// nobody is known to.
func For(o checks.Owner) Recipient {
	for r, owner := range owners {
		if owner == o {
			return r
		}
	}
	return SSM
}

// Languages are those in which messages are written.
func Languages() []string { return []string{"en", "ko", "ar"} }

// question is one that a recipient can be asked.
type question struct {
	ID     string    `json:"id"`
	To     Recipient `json:"to"`
	Causes []string  `json:"causes"` // of these causes
	Stages []string  `json:"stages"` // or where an attempt ended at one of these stages
	Run    string    `json:"run"`    // on the recipient's host
	Proof  bool      `json:"proof"`  // the token request made by hand settles it
}

// phrases are the words of a language.
type phrases struct {
	To        map[Recipient]string    `json:"to"`
	Owner     map[checks.Owner]string `json:"owner"`
	Questions map[string]wording      `json:"questions"`
	texts     map[string]string       // all else, by name
}

// wording is a question in a language, and what each answer means.
type wording struct{ Ask, Means string }

func load(name string, into any) error {
	data, err := fs.ReadFile(assets.FS, "ask/"+name)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

var questions = sync.OnceValues(func() (all []question, err error) {
	return all, load("questions.json", &all)
})

// words are the phrases of a language, in English where it has none.
func words(lang string) (phrases, error) {
	if !slices.Contains(Languages(), lang) {
		lang = "en"
	}
	var p phrases
	raw := map[string]any{}
	if err := load(lang+".json", &p); err != nil {
		return p, err
	}
	if err := load(lang+".json", &raw); err != nil {
		return p, err
	}
	p.texts = map[string]string{}
	for name, v := range raw {
		if s, ok := v.(string); ok {
			p.texts[name] = s
		}
	}
	return p, nil
}

// choose is what the recipient is asked of a diagnosis: the question of its cause; else,
// without an ID, its next step, if it is theirs, with the command of its stage; else what
// is asked at the stage at which the attempt ended; false: nothing is.
func choose(to Recipient, d *checks.Diagnosis) (question, bool) {
	all, err := questions()
	if err != nil {
		return question{}, false
	}
	for _, q := range all {
		if q.To == to && d.RootCause != nil && slices.Contains(q.Causes, d.RootCause.ID) {
			return q, true
		}
	}
	at := broke(d).String()
	for _, q := range all {
		if q.To == to && slices.Contains(q.Stages, at) {
			if d.RootCause != nil && d.Turn().Who == owners[to] {
				q = question{Run: q.Run} // its words may be about something else than this cause
			}
			return q, true
		}
	}
	return question{}, d.Turn().Who == owners[to]
}

// broke is the stage of the cause, else the one at which the attempt ended. What ends
// on the way to the proxy is the proxy's matter.
func broke(d *checks.Diagnosis) checks.Stage {
	a, at := d.Attempt(), checks.Setup
	switch {
	case d.RootCause != nil:
		at = d.RootCause.Stage
	case a != nil:
		at = checks.Broke(a.Ladder())
	}
	if a != nil && checks.OnWayToProxy(a.Ladder(), at) {
		return checks.Proxy
	}
	return at
}
