// Package shell runs commands of the closed list on a host: on the Manager's
// command line, in vshell, in a Linux shell, under sudo.
//
// What comes in: a login.Client and a command.Command. What goes out: a
// command.Result, or a stream of what the command prints between its marks.
// Nothing but channel.go sends anything to a host after the login, and the audit
// has each thing before it is sent.
//
// Each Channel and terminal owns the goroutine that reads it, which closes the
// channel of what was read and ends with the connection. Whoever opened a shell
// or a stream closes it.
package shell
