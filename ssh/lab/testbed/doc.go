// Package testbed is a Manager and an SSM of real programs, for tests: each host
// has a network, mounts, a name and processes of its own (Linux namespaces), a
// firewall stands between them, and a person's machine reaches both.
//
//	10.55.1.1 laptop ── Manager 10.55.1.2    what SSH goes to
//	10.55.2.1 laptop ── SSM     10.55.2.2
//	Manager 10.55.10.2 ── 10.55.10.1 firewall 10.55.20.1 ── SSM 10.55.20.2
//
// Real are: the kernel's TCP and ICMP, nftables, OpenSSH with PAM, bash, tcpdump,
// nginx, rsyslog, dnsmasq, redis, tinyproxy, and the TLS of the Manager's job. The
// Manager's command line is a script of ours that calls the real tcpdump and
// bash. The job and the SSM's application are Go: the words of their logs are
// those that the JDK with Apache HttpClient, and Rails, wrote for the same errors.
//
// A test runs Isolated first: what it starts is then its own, and ends with it. What
// comes in is a fault by its name; what goes out is the addresses and accounts of the
// hosts, and the logs that their programs write. The Testbed owns every process and
// goroutine that it starts, and its Close ends them.
package testbed
