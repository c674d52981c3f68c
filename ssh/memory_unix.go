//go:build unix && !linux

package ssh

import "golang.org/x/sys/unix"

// NoCoreDump keeps this process's memory, which holds passwords, out of core
// files. It is a precaution: where it is refused, nothing else changes.
func NoCoreDump() { _ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) }
