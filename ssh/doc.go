// Package ssh reaches the Manager and the SSM: login, host keys, the Manager's
// command line, Linux shells, and logs that are read back and followed.
//
// What comes in: targets as a person types them (USER@HOST), a Prompter for
// what a person must be asked, and commands of the closed list in ssh/command.
// What goes out: byte streams for package capture, and errors of one line that
// say what to do. Every network step has a time limit of ours.
//
// A Client owns the goroutine that watches its link, and a Link the one that
// logs in again. Each shell, terminal and followed log owns the goroutine that
// reads it, which closes the channel of what was read and ends with the
// connection's channel. Whoever opened one of them closes it.
package ssh
