//go:build !windows

package offline

import (
	"io/fs"
	"syscall"
)

// sparse reports whether nearly nothing of a large file was ever written: reading it
// would take as long as if it were all there.
func sparse(info fs.FileInfo) bool {
	const large, block, share = 64 << 20, 512, 100
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && info.Size() > large && st.Blocks*block < info.Size()/share
}
