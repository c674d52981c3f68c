package testbed

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"
)

// Fault is one thing that breaks.
type Fault struct {
	Name  string
	Want  Want
	Short bool // it is in the ordinary run
	Break func(*Testbed) error
	Mend  func(*Testbed) error // nil: nothing is left to mend
}

// Want is what is told of a fault, by IDs.
type Want struct {
	Causes []string // root causes that are right; none: the attempt is well
	Beside string   // a finding that must be told as well; "": none
}

// Faults are all of them, in the order of one long session: some follow one that
// is of the same kind.
func Faults() []Fault {
	return []Fault{
		{"grant unknown", is("grant-not-found"), true, answering(NoGrant), answering(Grants)},
		{"wrong password", is("bad-user-password"), false, answering(BadPassword), answering(Grants)},
		{"certificate expired", is("tls-cert-expired"), true, certified(expired), nil}, // and at once replaced by
		{"unknown CA", is("tls-untrusted-ca"), true, certified(unknownCA), certified(good)},
		{"certificate of another name", is("tls-hostname-mismatch"), false, certified(otherName), certified(good)},
		{"RST by the firewall", is("firewall-reset", "connection-refused"), false, rules("tcp dport 8443 reject with tcp reset"), rules("")},
		{"dropped by the firewall", is("firewall-drop"), false, rules("tcp dport 8443 drop"), rules("")},
		{"rejected by the firewall with ICMP", is("firewall-reject"), true, rules("tcp dport 8443 reject with icmp type admin-prohibited"), rules("")},
		{"answers dropped", is("firewall-drop"), false, rules("tcp sport 8443 drop"), rules("")},
		{"the SSM's link down", is("host-unreachable"), false, link("down"), link("up")},
		{"MTU black hole", is("mtu-blackhole"), false, rules("meta length > 1400 drop"), rules("")},
		{"RST behind the ClientHello", is("middlebox-reset"), false, rules("tcp dport 8443 meta length > 150 reject with tcp reset"), rules("")},
		{"nginx stopped", is("connection-refused"), true, func(tb *Testbed) error { return tb.ssm.nginx.stop() }, serving(nginxConfig)},
		{"nginx hung", is("server-hung"), false, func(tb *Testbed) error { return tb.ssm.nginx.signal("STOP") }, func(tb *Testbed) error { return tb.ssm.nginx.signal("CONT") }},
		{"plain HTTP on the port", is("plain-http-on-port"), false, serving(plainConfig), serving(nginxConfig)},
		{"502, the application is down", is("backend-down"), false, func(tb *Testbed) error { tb.ssm.app.close(); return nil }, again(func(tb *Testbed) error { return tb.ssm.app.begin() })},
		{"the application crashes", is("backend-crash"), false, answering(Crashes), again(answering(Grants))},
		{"503", is("maintenance"), false, answering(Maintenance), answering(Grants)},
		{"504", is("backend-stalled"), false, answering(Stalls), again(answering(Grants))},
		{"slow, then well", Want{}, false, answering(Slow), answering(Grants)},
		{"404 by Rails", is("ssm-too-old"), false, answering(NoRoute), answering(Grants)},
		{"Redis down", is("redis-down"), false, func(tb *Testbed) error { return tb.ssm.redis.stop() }, func(tb *Testbed) error { return tb.ssm.redis.start(tb.ssm.redisReady) }},
		{"PostgreSQL down", is("postgres-down"), false, answering(NoDatabase), answering(Grants)},
		{"the database's disk full", is("disk-full"), false, onSSM((*appliance).fillRedis), onSSM((*appliance).emptyRedis)},
		{"the log's disk full", beside("log-disk-full"), true, onSSM((*appliance).fillLog), onSSM((*appliance).emptyLog)},
		{"name unknown", is("dns-nxdomain"), true, named(""), unnamed},
		{"name with another host's address", is("dns-wrong-address", "host-unreachable"), false, named(elsewhere), unnamed},
		{"proxy refuses", is("proxy-unreachable"), false, proxied, unproxied},
		{"proxy asks for a password", is("proxy-auth-required"), false, proxy407, unproxied},
		{"the Manager's clock is wrong", is("grant-not-found"), false, skewed, unskewed},
		{"another client fails beside it", Want{}, false, monitored, unmonitored},
	}
}

func is(ids ...string) Want { return Want{Causes: ids} }

func beside(id string) Want { return Want{Beside: id} }

func answering(a Answer) func(*Testbed) error {
	return func(tb *Testbed) error { tb.ssm.app.Answers(a); return nil }
}

func certified(k kind) func(*Testbed) error {
	return func(tb *Testbed) error { return errors.Join(tb.ssm.certificate(k), tb.ssm.serve(nginxConfig)) }
}

// again mends, and begins nginx anew: it leaves an application that failed alone
// for ten seconds.
func again(mend func(*Testbed) error) func(*Testbed) error {
	return func(tb *Testbed) error { return errors.Join(mend(tb), tb.ssm.serve(nginxConfig)) }
}

func serving(config string) func(*Testbed) error {
	return func(tb *Testbed) error { return tb.ssm.serve(config) }
}

// rules are what the firewall does with what it forwards.
func rules(rule string) func(*Testbed) error {
	return func(tb *Testbed) error {
		return tb.fw.sh("nft flush ruleset; nft -f - <<'END'\ntable inet f {\nchain c {\ntype filter hook forward priority 0; policy accept;\n" + rule + "\n}\n}\nEND")
	}
}

func link(state string) func(*Testbed) error {
	return func(tb *Testbed) error {
		script := "ip link set eth0 " + state
		if state == "up" {
			script += "; ip route replace default via 10.55.20.1"
		}
		return errors.Join(tb.ssm.sh(script), tb.fw.sh("ip neigh flush dev out"))
	}
}

// onSSM is what only the SSM does.
func onSSM(f func(*appliance) error) func(*Testbed) error {
	return func(tb *Testbed) error { return f(tb.ssm) }
}

// fillRedis fills the disk that Redis saves to, and has it find out.
func (s *appliance) fillRedis() error {
	err := s.sh("head -c 8m /dev/zero >/run/redis/full 2>/dev/null || true")
	if err != nil {
		return err
	}
	if _, err := ask(s.space, "BGSAVE"); err != nil {
		return err
	}
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if _, err := ask(s.space, "INCR", "probe"); err != nil {
			s.app.log(redisTag, "1:M "+time.Now().UTC().Format("02 Jan 2006 15:04:05.000")+" # Background saving error")
			return nil
		}
	}
	return errors.New("redis does not find the disk full")
}

func (s *appliance) emptyRedis() error {
	if err := s.sh("rm -f /run/redis/full"); err != nil {
		return err
	}
	if _, err := ask(s.space, "BGSAVE"); err != nil {
		return err
	}
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if _, err := ask(s.space, "INCR", "probe"); err == nil {
			return nil
		}
	}
	return errors.New("redis does not save again")
}

// fillLog fills the disk of the SSM's log.
func (s *appliance) fillLog() error {
	return s.sh("mount -o remount,size=8m /var/log && head -c 20m /dev/zero >/var/log/full 2>/dev/null || true")
}

func (s *appliance) emptyLog() error {
	return s.sh("rm -f /var/log/full && mount -o remount,size=512m /var/log")
}

// named has the Manager call the SSM by its name, which has an address or none.
func named(addr string) func(*Testbed) error {
	return func(tb *Testbed) error {
		tb.Job.Host = SSMName
		return tb.name(addr)
	}
}

func unnamed(tb *Testbed) error {
	tb.Job.Host = SSMAPI
	return tb.name(SSMAPI)
}

const proxyPort = "8888"

func proxied(tb *Testbed) error {
	tb.Job.Proxy = net.JoinHostPort(gateway, proxyPort)
	return nil
}

func proxy407(tb *Testbed) error {
	config := "User root\nPort " + proxyPort + "\nListen " + gateway + "\nTimeout 20\nBasicAuth user secret\nConnectPort 8443\nLogFile \"/run/tinyproxy.log\"\nPidFile \"/run/tinyproxy.pid\"\n"
	if err := tb.fw.write("/run/tinyproxy.conf", config, 0o644); err != nil {
		return err
	}
	var err error
	tb.proxy, err = tb.fw.run(func() bool { return tb.answers("tcp", net.JoinHostPort(gateway, proxyPort)) }, "tinyproxy", "-d", "-c", "/run/tinyproxy.conf")
	return errors.Join(err, proxied(tb))
}

func unproxied(tb *Testbed) error {
	tb.Job.Proxy = ""
	if tb.proxy == nil {
		return nil
	}
	err := tb.proxy.stop()
	tb.proxy = nil
	return err
}

// skewed sets the Manager's clock back, for its log and for who asks it.
func skewed(tb *Testbed) error {
	const back = 3 * time.Hour
	tb.Job.Skew = -back
	tb.ssm.app.Answers(NoGrant)
	return tb.manager.sh(fmt.Sprintf("cp /bin/date /run/date.real && printf '#!/bin/sh\\nexec /run/date.real -d \"-%d seconds\" \"$@\"\\n' >/run/date && chmod 755 /run/date /run/date.real && mount --bind /run/date /bin/date", int(back.Seconds())))
}

func unskewed(tb *Testbed) error {
	tb.Job.Skew = 0
	tb.ssm.app.Answers(Grants)
	return tb.manager.sh("umount /bin/date")
}

// monitored has a client beside the Manager sign in with what nobody knows.
func monitored(tb *Testbed) error {
	ctx, cancel := context.WithCancel(context.Background())
	tb.monitor = cancel
	go func() {
		for ctx.Err() == nil {
			tb.Job.probe(ctx)
			time.Sleep(700 * time.Millisecond)
		}
	}()
	return nil
}

func unmonitored(tb *Testbed) error {
	tb.monitor()
	return nil
}
