package ssh

import "golang.org/x/sys/unix"

// NoCoreDump keeps this process's memory, which holds passwords, out of core
// files and from other processes of the same user (prctl(2), PR_SET_DUMPABLE).
// It is a precaution: where it is refused, nothing else changes.
func NoCoreDump() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}
