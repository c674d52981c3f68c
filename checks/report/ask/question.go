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

// question is one that a recipient can be asked; without an ID, the command alone that
// belongs to a step of a cause.
type question struct {
	ID     string    `json:"id"`
	To     Recipient `json:"to"`
	Causes []string  `json:"causes"` // it settles these, while they are not certain; "*": any
	Stages []string  `json:"stages"` // or what is open at one of these stages
	When   []string  `json:"when"`   // only where all of these conditions hold
	Unless []string  `json:"unless"` // and none of these
	Run    string    `json:"run"`    // a command's name; "": there is none to run
	Means  []clause  `json:"means"`  // what each answer says
	Proof  bool      `json:"proof"`  // the token request made by hand settles it
}

// clause is one thing that an answer can say, told where its evidence was seen.
type clause struct {
	Say    string   `json:"say"`
	When   []string `json:"when"`
	Unless []string `json:"unless"`
}

// command is one to be run, and where.
type command struct {
	At     string   `json:"at"`
	Run    string   `json:"run"`
	Unless []string `json:"unless"` // its output was given
}

// asking is all that can be asked: assets/ask/questions.json.
type asking struct {
	Manners   map[string][]string `json:"manners"` // causes that are an end of that kind, whatever shows it
	Commands  map[string]command  `json:"commands"`
	Questions []question          `json:"questions"`
}

// phrases are the words of a language.
type phrases struct {
	To        map[Recipient]string    `json:"to"`
	Owner     map[checks.Owner]string `json:"owner"`
	At        map[string]string       `json:"at"`
	Source    map[string]string       `json:"source"`
	Questions map[string]wording      `json:"questions"`
	texts     map[string]string       // all else, by name
}

// wording is a question in a language, and what each answer means.
type wording struct {
	Ask   string
	Means map[string]string
}

func load(name string, into any) error {
	data, err := fs.ReadFile(assets.FS, name)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

var questions = sync.OnceValues(func() (all asking, err error) {
	return all, load("ask/questions.json", &all)
})

// words are the phrases of a language, in English where it has none.
func words(lang string) (phrases, error) {
	if !slices.Contains(Languages(), lang) {
		lang = "en"
	}
	var p phrases
	raw := map[string]any{}
	if err := load("ask/"+lang+".json", &p); err != nil {
		return p, err
	}
	if err := load("ask/"+lang+".json", &raw); err != nil {
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
