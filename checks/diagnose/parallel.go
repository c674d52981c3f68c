package diagnose

import (
	"cmp"
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"syncscope/checks"
)

// fewTries is how many are judged before another goroutine is worth its start.
const fewTries = 16

// judgeEach sums each try up and gives what may explain it. No try depends on
// another, so that large captures have all cores judge.
func (e *Engine) judgeEach(ctx context.Context, d *checks.Diagnosis, tries []*try) (causes [][]checks.Finding, err error) {
	n := len(tries)
	causes = make([][]checks.Finding, n)
	if n > 0 { // else they stay nil
		d.Attempts, d.Each = make([]checks.Attempt, n), make([]checks.Account, n)
	}
	var next atomic.Int64
	work := func() {
		for {
			from := int(next.Add(fewTries)) - fewTries
			for i := from; i < min(from+fewTries, n); i++ {
				d.Attempts[i] = e.attempt(i, tries[i])
				causes[i] = e.causes(ctx, tries[i], d.Attempts[i])
				d.Each[i] = account(&d.Attempts[i], causes[i])
			}
			if from+fewTries >= n || ctx.Err() != nil {
				return
			}
		}
	}
	var others sync.WaitGroup
	for range min(cmp.Or(e.workers, runtime.GOMAXPROCS(0)), (n+fewTries-1)/fewTries) - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
	return causes, ctx.Err()
}

// account names an attempt's root cause among its causes, and numbers its evidence.
func account(a *checks.Attempt, causes []checks.Finding) checks.Account {
	var root *checks.Finding
	if a.Outcome == checks.OutcomeFail {
		root = pick(causes)
	}
	if root != nil {
		a.RootCause = root.ID
		blame(a.Stages, root)
	}
	return checks.Account{Cause: root, Evidence: number(a.Stages, root, nil)}
}
