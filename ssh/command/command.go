// Package command is the closed list of commands that may be sent to a host.
//
// What comes in: typed arguments (addresses, interface names, paths of a
// fixed set). What goes out: Command values that only this package can make,
// with their quoting, their cost to the host and why they are sent. Pure data:
// it sends nothing.
package command
