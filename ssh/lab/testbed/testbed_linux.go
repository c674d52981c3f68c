package testbed

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The addresses. Those of SSH are not those of the API, as in the field.
const (
	ManagerSSH = "10.55.1.2"
	SSMSSH     = "10.55.2.2"
	ManagerAPI = "10.55.10.2"
	SSMAPI     = "10.55.20.2"
	gateway    = "10.55.10.1"
	elsewhere  = "10.55.20.9" // where no host is
)

// Testbed is what runs.
type Testbed struct {
	dir         string
	manager, fw *space
	ssm         *appliance
	dns, proxy  *daemon
	Known       string // a known_hosts file of both hosts
	Job         *Job
	hash        string // of Password
	monitor     func() // ends the client beside; nil: there is none
}

// Password is what both accounts have: admin on the Manager, sscadmin on the SSM.
const Password = "lab-Pa55word"

// Start begins everything. Close ends it.
func Start(dir string) (tb *Testbed, err error) {
	tb = &Testbed{dir: dir}
	defer func() {
		if err != nil {
			tb.Close()
		}
	}()
	if err = os.MkdirAll(dir, 0o755); err != nil {
		return tb, err
	}
	for _, step := range []func() error{tb.network, tb.accounts, tb.names, tb.appliance, tb.job} {
		if err = step(); err != nil {
			return tb, err
		}
	}
	return tb, nil
}

// Fresh empties both logs.
func (tb *Testbed) Fresh() error {
	return errors.Join(os.Truncate(tb.manager.at("/var/log/nms/vmanage-server.log"), 0), os.Truncate(tb.ssm.at("/var/log/messages"), 0))
}

// Close ends all that runs.
func (tb *Testbed) Close() {
	if tb.ssm != nil {
		tb.ssm.app.close()
		tb.ssm.end()
	}
	for _, s := range []*space{tb.manager, tb.fw} {
		if s != nil {
			s.end()
		}
	}
}

// network makes the hosts and the wires between them.
func (tb *Testbed) network() (err error) {
	ssm := &appliance{}
	for name, s := range map[string]**space{"vManage": &tb.manager, "firewall": &tb.fw, "SSM-On-Prem": &ssm.space} {
		if *s, err = newSpace(name); err != nil {
			return err
		}
	}
	ssm.app = &App{on: ssm.space}
	tb.ssm = ssm
	script := strings.NewReplacer("MGR", tb.manager.pid(), "FW", tb.fw.pid(), "SSM", tb.ssm.pid()).Replace(`
		ip link set lo up
		ip link add m1 type veth peer name eth1 netns MGR
		ip link add s1 type veth peer name eth1 netns SSM
		ip addr add 10.55.1.1/24 dev m1; ip link set m1 up
		ip addr add 10.55.2.1/24 dev s1; ip link set s1 up
		nsenter -t MGR -n ip link add eth0 type veth peer name in netns FW
		nsenter -t SSM -n ip link add eth0 type veth peer name out netns FW`)
	if out, err := exec.Command("sh", "-ec", script).CombinedOutput(); err != nil {
		return errors.Join(err, errors.New(string(out)))
	}
	return errors.Join(
		tb.manager.sh(`ip addr add 10.55.1.2/24 dev eth1; ip link set eth1 up; ip addr add 10.55.10.2/24 dev eth0; ip link set eth0 up; ip route add default via 10.55.10.1`),
		tb.ssm.sh(`ip addr add 10.55.2.2/24 dev eth1; ip link set eth1 up; ip addr add 10.55.20.2/24 dev eth0; ip link set eth0 gso_max_segs 1 up; ip route add default via 10.55.20.1
			ip addr add 172.18.0.5/32 dev lo; ip addr add fd00:dead:beef::5/128 dev lo nodad`),
		tb.fw.sh(`ip addr add 10.55.10.1/24 dev in; ip link set in up; ip addr add 10.55.20.1/24 dev out; ip link set out up
			sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0`),
	)
}

// file is one of the machine's, for those that start programs.
func (tb *Testbed) file(name string) string { return filepath.Join(tb.dir, name) }
