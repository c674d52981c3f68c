package diagnose

import (
	"cmp"
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"syncscope/checks"
	"syncscope/checks/attempt"
)

// fewTries is how many are judged before another goroutine is worth its start.
const fewTries = 16

// judgeEach sums each attempt up and gives what may explain it; what was judged
// before and has not changed is as it was. No attempt depends on another, so
// that large captures have all cores judge.
func (e *Engine) judgeEach(ctx context.Context, d *checks.Diagnosis, traces []*attempt.Trace, last []int, whole bool) (causes [][]checks.Finding, err error) {
	due := e.stale(traces, last, whole)
	made := make([]judgement, len(due))
	var next atomic.Int64
	work := func() {
		for {
			from := int(next.Add(fewTries)) - fewTries
			for i := from; i < min(from+fewTries, len(due)); i++ {
				t, number := traces[due[i]], e.past.earlier.Attempts+due[i]+1
				j := judgement{of: e.inputs(number, t), run: e.past.run, attempt: e.attempt(number, t)}
				j.causes = e.judge().causes(ctx, t, j.attempt)
				j.account = account(&j.attempt, j.causes)
				made[i] = j
			}
			if from+fewTries >= len(due) || ctx.Err() != nil {
				return
			}
		}
	}
	var others sync.WaitGroup
	for range min(cmp.Or(e.workers, runtime.GOMAXPROCS(0)), (len(due)+fewTries-1)/fewTries) - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	for i := range due {
		e.past.judged[traces[due[i]]] = &made[i]
	}
	return e.past.told(d, traces), nil
}

// account names an attempt's root cause among its causes, and numbers its evidence.
func account(a *checks.Attempt, causes []checks.Finding) checks.Account {
	var root *checks.Finding
	if a.Outcome == checks.OutcomeFail {
		root = pick(findingsApart(causes))
	}
	if root != nil {
		a.RootCause = root.ID
		blame(a.Stages, root)
	}
	return checks.Account{Cause: root, Evidence: number(a.Stages, root, nil)}
}
