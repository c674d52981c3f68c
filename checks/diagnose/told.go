package diagnose

import (
	"strconv"

	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/checks"
	"syncscope/checks/evidence"
)

// told chooses the object of which the outputs of commands are told where nothing else
// is there: one on the SSM's port before others, one that failed and was not seen to
// work later before those that work, and else the last.
func told(results []*event.CheckResult) (about cliout.Object) {
	best := -1
	for _, o := range objectsOf(results) {
		rank := 0
		if strconv.Itoa(int(o.Port)) == evidence.SSMPort {
			rank += 2
		}
		if broken(o, results) {
			rank++
		}
		if rank >= best {
			best, about = rank, o
		}
	}
	return about
}

// objectsOf are the objects that outputs name, in the order in which they are named last.
// What names a host alone is about each of its ports.
func objectsOf(results []*event.CheckResult) (out []cliout.Object) {
	for _, r := range results {
		o := r.Object
		if !o.Named() && !o.Proxy {
			continue
		}
		kept := out[:0]
		for _, k := range out {
			if !k.Is(o) {
				kept = append(kept, k)
				continue
			}
			if o.Host.Empty() {
				o.Host = k.Host
			}
			if !o.Addr.IsValid() {
				o.Addr = k.Addr
			}
			if o.Port == 0 {
				o.Port = k.Port
			}
		}
		out = append(kept, o)
	}
	return out
}

// broken reports whether an output about an object says that something fails, and no
// later one that it works.
func broken(o cliout.Object, results []*event.CheckResult) bool {
	for i, r := range results {
		if _, _, failed := wentWrong(r); failed && r.Object.Is(o) && !healed(r, results[i+1:]) {
			return true
		}
	}
	return false
}

// healed reports whether a later output about the same object passes the stage at which
// one failed.
func healed(r *event.CheckResult, later []*event.CheckResult) bool {
	if !r.Object.Named() {
		return false
	}
	for stage, to := range climbed(r) {
		if to != checks.Fail {
			continue
		}
		for _, l := range later {
			if l.Object.Is(r.Object) && climbed(l)[stage] == checks.Pass {
				return true
			}
		}
	}
	return false
}
