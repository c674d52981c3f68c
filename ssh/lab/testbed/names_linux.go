package testbed

import (
	"context"
	"errors"
	"net"
	"time"
)

// SSMName is what the DNS and the certificate call the SSM.
const SSMName = "ssm.corp.example"

// names begins the resolver that the Manager asks.
func (tb *Testbed) names() error {
	err := errors.Join(tb.name(SSMAPI), tb.manager.write("/var/log/nms/vmanage-server.log", "", 0o644))
	if err != nil {
		return err
	}
	tb.dns, err = tb.fw.run(func() bool { return tb.answers("udp", gateway+":53") }, "dnsmasq",
		"-k", "-C", "/dev/null", "--no-resolv", "--no-hosts", "--user=root", "--listen-address="+gateway, "--bind-interfaces", "--addn-hosts=/run/names", "--pid-file=/run/dnsmasq.pid", "--auth-ttl=0", "--local=/example/")
	return err
}

// name gives the SSM's name an address; "": none.
func (tb *Testbed) name(addr string) error {
	line := ""
	if addr != "" {
		line = addr + " " + SSMName + "\n"
	}
	err := tb.fw.write("/run/names", line, 0o644)
	if err != nil || tb.dns == nil {
		return err
	}
	if err := tb.dns.signal("HUP"); err != nil {
		return err
	}
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		found, _ := tb.resolver().LookupHost(ctx, SSMName) // none is what may be wanted
		cancel()
		if addr == "" && len(found) == 0 || len(found) > 0 && found[0] == addr {
			return nil
		}
	}
	return errors.New("the resolver does not give " + addr)
}

// resolver asks as the Manager does.
func (tb *Testbed) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return tb.manager.dial(ctx, "udp", gateway+":53")
	}}
}

// answers reports whether something listens.
func (tb *Testbed) answers(network, addr string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	c, err := tb.manager.dial(ctx, network, addr)
	if err != nil {
		return false
	}
	defer c.Close()
	if network == "udp" {
		_, err = tb.resolver().LookupHost(ctx, SSMName)
		var dns *net.DNSError
		return err == nil || errors.As(err, &dns) && dns.IsNotFound
	}
	return true
}
