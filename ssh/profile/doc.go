// Package profile reads what a person keeps between runs: profiles, recent hosts
// and the names of hosts in known_hosts.
//
// What comes in: folders of configuration and state, and the environment. What
// goes out: a Profile that fills in what was not typed, targets, and lists for
// completion. Nothing that may be a secret is written or read back.
package profile
