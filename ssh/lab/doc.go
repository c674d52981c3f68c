// Package lab simulates a Manager and an SSM On-Prem as two real SSH servers
// on loopback.
//
// What comes in: a scenario (data in assets/scenarios). What goes out: two
// addresses to log in to, behind which the scenario plays in real time: the
// Manager's command line with tcpdump and vshell, the SSM's shell with sudo,
// both logs, and packets of a real TLS exchange over a synthetic wire.
// Everything secret is made up anew for each run.
//
// A Lab owns all goroutines: the scenario's, one for each connection and one for
// each command that a client runs. Close ends their context and the listeners,
// and waits for them.
package lab
