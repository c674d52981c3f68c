package lab

import (
	"fmt"
	"io/fs"
	"net/netip"
	"path"
	"sort"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"syncscope/assets"
)

// scenario is what a scenario's file says.
type scenario struct {
	Title   string `yaml:"title"`
	Manager struct {
		Name    string        `yaml:"name"`
		Release string        `yaml:"release"`
		Address string        `yaml:"address"`
		SeenAs  string        `yaml:"seen_as"` // behind NAT, as the SSM logs it
		Zone    string        `yaml:"zone"`
		Offset  time.Duration `yaml:"offset"`
	} `yaml:"manager"`
	SSM struct {
		Name    string        `yaml:"name"`
		Address string        `yaml:"address"`
		Skew    time.Duration `yaml:"skew"` // its clock against ours
	} `yaml:"ssm"`
	Capture struct {
		Interface string        `yaml:"interface"`
		VPN       int           `yaml:"vpn"`
		Offset    time.Duration `yaml:"offset"` // tcpdump prints another zone than the log
	} `yaml:"capture"`
	RTT             time.Duration `yaml:"rtt"`
	UpstreamRefused bool          `yaml:"upstream_refused"`
	User            string        `yaml:"user"`
	Account         string        `yaml:"account"`
	ByName          bool          `yaml:"by_name"` // the Manager calls the SSM by its name
	Proxy           string        `yaml:"proxy"`   // host:port, if the Manager uses one
	Acts            []outcome     `yaml:"acts"`
	Fix             []outcome     `yaml:"fix"`
}

// outcome is how an act ends: "ok", or the root cause that it plays.
type outcome string

const (
	grantNotFound outcome = "grant-not-found"
	success       outcome = "ok"
)

// known reports whether the simulation can play it.
func (o outcome) known() bool {
	_, breaks := faults[o]
	_, answers := replies[o]
	return o == success || o == grantNotFound || breaks || answers
}

// Info names a scenario.
type Info struct{ ID, Title string }

// Scenarios lists the embedded scenarios by name.
func Scenarios() []Info {
	names, _ := fs.Glob(assets.FS, "scenarios/*/scenario.yaml") // the pattern is well formed
	var out []Info
	for _, name := range names {
		id := path.Base(path.Dir(name))
		if s, err := load(id); err == nil {
			out = append(out, Info{id, s.Title})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return out
}

func load(id string) (*scenario, error) {
	data, err := fs.ReadFile(assets.FS, path.Join("scenarios", id, "scenario.yaml"))
	if err != nil {
		return nil, fmt.Errorf("demo %s: no such scenario (see syncscope demo --list)", id)
	}
	var s scenario
	if err := yaml.UnmarshalWithOptions(data, &s, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("scenario %s: %w", id, err)
	}
	return &s, s.check(id)
}

func (s *scenario) check(id string) error {
	for _, a := range []string{s.Manager.Address, s.Manager.SeenAs, s.SSM.Address} {
		if _, err := netip.ParseAddr(a); err != nil {
			return fmt.Errorf("scenario %s: %w", id, err)
		}
	}
	for _, a := range append(s.Acts, s.Fix...) {
		if !a.known() {
			return fmt.Errorf("scenario %s: no such act %q", id, a)
		}
	}
	return nil
}

// noise reads one of the pools of unrelated lines.
func noise(name string) []string {
	data, err := fs.ReadFile(assets.FS, path.Join("scenarios", "noise", name))
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}
