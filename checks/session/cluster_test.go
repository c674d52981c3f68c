package session_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/checks/session"
	"syncscope/checks/view"
	"syncscope/ssh"
	"syncscope/ssh/lab"
)

// A line of each node of a cluster comes under its own node's name.
func TestEveryRowOfAClusterHasItsNode(t *testing.T) {
	var nodes []*lab.Lab
	_, live := connectTo(t, lab.Options{Scenario: "ok", Past: time.Minute}, func(first *lab.Lab, c *session.Config) {
		nodes = append(nodes, first)
		hosts := passwords{first.Manager(), first.SSM()}
		known, err := os.OpenFile(c.SSH.KnownHosts[0], os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer known.Close()
		for range 2 {
			l, err := lab.Start(t.Context(), lab.Options{Scenario: "ok", Past: time.Minute})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { l.Close() })
			nodes, hosts = append(nodes, l), append(hosts, l.Manager())
			fmt.Fprintln(known, l.Manager().KnownHostsLine())
			m, err := ssh.ParseTarget(l.Manager().User + "@" + l.Manager().Addr)
			if err != nil {
				t.Fatal(err)
			}
			c.Managers = append(c.Managers, m)
		}
		c.SSH.Prompter = hosts
	})
	live.Start(t.Context())
	for i, l := range nodes {
		l.AppendManager(fmt.Sprintf("24-Nov-2026 11:00:00,000 UTC INFO  [vmanage] [Other] (default task-1) |default| of node %d", i))
	}
	of := map[int]string{}
	await(t, live, 30*time.Second, func(u view.Update) bool {
		for _, ev := range u.Events {
			for i := range nodes {
				if strings.HasSuffix(ev.Origin().Excerpt.String(), fmt.Sprintf("of node %d", i)) {
					for _, s := range u.Sources {
						if s.Source.ID == ev.Origin().From.Source && s.Source.Kind == event.ManagerLog {
							of[i] = s.Source.Host.String()
						}
					}
				}
			}
		}
		return len(of) == len(nodes)
	})
	for i, l := range nodes {
		if of[i] != l.Manager().Addr {
			t.Errorf("the line of %s came under %q", l.Manager().Addr, of[i])
		}
	}
}
