package checks

import (
	"fmt"
	"strings"
	"time"
)

// Clock is the SSM's clock against the Manager's.
type Clock struct {
	Offset      time.Duration // the SSM's minus the Manager's
	Uncertainty time.Duration
	Basis       string // "unknown", or what it was worked out from
}

// String is the offset as the first line shows it; empty: not known.
func (c Clock) String() string {
	if c.Basis == "" || strings.HasPrefix(c.Basis, "unknown") {
		return ""
	}
	return fmt.Sprintf("%+.1f s ±%.1f s", c.Offset.Seconds(), c.Uncertainty.Seconds())
}
