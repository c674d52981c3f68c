// Package login gets from a target to a connection: ssh_config, jump hosts,
// proxies, host keys and every way to authenticate.
//
// What comes in: an ssh.Target, a Config and an ssh.Prompter for what a person
// must be asked. What goes out: a Client, or one error of package ssh that says
// what to do; a Link, which makes the Client again when it is lost. Every
// network step has a time limit.
//
// A Client owns the goroutine that watches its link, and a Link the one that
// logs in again; each ends when it is closed. Whoever dialled closes the Client,
// and a Link closes the Clients that it made. A Pool closes the jump hosts that
// its logins share.
package login
