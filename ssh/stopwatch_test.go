package ssh_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/diagnose"
	"syncscope/checks/report"
	"syncscope/checks/report/ask"
	"syncscope/checks/session/offline"
	"syncscope/ssh"
	"syncscope/ssh/lab"
)

// The stopwatch: seconds until three people have one sentence that can be read aloud,
// and the message to who has the next step. A busy machine is no failure; five times as
// long as is asked for is one.
func TestSecondsToTheSentence(t *testing.T) {
	t.Run("an outage, the failure before the start, with login, 200 ms and 2 Mbit/s", func(t *testing.T) {
		l, cfg := simulated(t, lab.Options{Scenario: "grant-not-found", Past: 10 * time.Minute})
		link := slowLine()
		known := ""
		far := func(h lab.Host) ssh.Target {
			h.Addr = newDelayLine(t, h.Addr, link).Addr().String()
			known += h.KnownHostsLine() + "\n"
			return target(t, h)
		}
		manager, ssm := far(l.Manager()), far(l.SSM())
		write(t, cfg.KnownHosts[0], known)
		cfg.Prompter = byUser{manager.User: l.Manager().Password, ssm.User: l.SSM().Password}
		watched(t, time.Minute, func() checks.Diagnosis { return sentence(t, connected(t, cfg, manager, ssm, l.Peer())) })
	})
	logs := oldLogs(t)
	files := func(names ...string) func() checks.Diagnosis {
		return func() checks.Diagnosis {
			rules, err := diagnose.LoadRules()
			must(t, err)
			var paths []string
			for _, name := range names {
				paths = append(paths, filepath.Join(logs, name))
			}
			r, err := offline.Analyze(t.Context(), paths, offline.Options{Gate: redact.New(), Rules: rules, Version: "test"})
			must(t, err)
			return r.Diagnosis
		}
	}
	t.Run("a field tech, saved files only: both logs with their rotated ones, 64 MB", func(t *testing.T) {
		watched(t, 5*time.Second, files("nms/vmanage-server.log.1", "nms/vmanage-server.log", "messages.1", "messages"))
	})
	t.Run("an SSM admin, his log alone: 32 MB", func(t *testing.T) {
		watched(t, 5*time.Second, files("messages.1", "messages"))
	})
}

// byUser answers with a user's password.
type byUser map[string]string

func (b byUser) Secret(_ context.Context, q ssh.Question) ([]byte, error) {
	return []byte(b[q.Target.User]), nil
}

func (byUser) TrustHost(context.Context, ssh.UnknownHost) (bool, error) { return false, nil }

// watched tells how long f takes to a cause.
func watched(t *testing.T, asked time.Duration, f func() checks.Diagnosis) {
	t.Helper()
	began := time.Now()
	d := f()
	message, err := ask.Lines(report.Report{Diagnosis: d}, ask.For(d.Turn().Who), "en")
	must(t, err)
	took := time.Since(began)
	t.Logf("%.1f s (%s are asked for): %s", took.Seconds(), asked, d.Sentence())
	if d.RootCause == nil || d.RootCause.ID != "grant-not-found" || len(message) < 4 || took > 5*asked {
		t.Errorf("%s after %.1f s", d.Sentence(), took.Seconds())
	}
}
