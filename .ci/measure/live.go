package main

import (
	"bytes"
	"fmt"
	"strconv"
)

// live is what one more line costs after sessions of several lengths, in the
// process of a Go benchmark and in simulated time.
func (b *bench) live() error {
	binary := b.file("session.test")
	if err := b.goTool("test", "-c", "-o", binary, "./checks/session"); err != nil {
		return err
	}
	ssms, lengths := []string{"well", "sick"}, []string{"1m", "10m", "2h", "8h"}
	var all []*job
	lines := map[string]*oneMore{}
	for _, ssm := range ssms {
		for _, length := range lengths {
			m := newOneMore(binary, ssm+"/"+length)
			lines[ssm+"/"+length] = m
			all = append(all, &m.job)
		}
	}
	if err := b.alternate(b.rounds, all...); err != nil {
		return err
	}
	for _, ssm := range ssms {
		for _, length := range lengths {
			b.oneMoreRow(ssm, length, lines[ssm+"/"+length], lines[ssm+"/1m"])
		}
	}
	return nil
}

func (b *bench) oneMoreRow(ssm, length string, m, first *oneMore) {
	name := fmt.Sprintf("one more line to the verdict after %s, SSM %s", length, ssm)
	if b.scale > 1 {
		name += fmt.Sprintf(" (%s / %d)", length, b.scale)
	}
	if m.fault != "" {
		b.table.row(name, m.fault, "", askedGrowth)
		return
	}
	figure := fmt.Sprintf("%.3g ms (health line %.3g ms, heap %.0f MB)", median(m.verdict), median(m.health), median(m.heap))
	ratio := ""
	if first.fault == "" {
		ratio = fmt.Sprintf("%.2f × first minute", median(m.verdict)/median(first.verdict))
	}
	b.table.row(name, figure, ratio, askedGrowth)
}

// oneMore is the benchmark at one length, and its metrics, one of each a round.
type oneMore struct {
	job
	verdict, health, heap []float64
}

func newOneMore(binary, name string) *oneMore {
	m := &oneMore{}
	m.args = []string{binary, "-test.run", "^$", "-test.bench", "^BenchmarkOneMoreLine$/^" + name[:4] + "$/^" + name[5:] + "$", "-test.benchtime", "1x"}
	m.check = m.read
	return m
}

// read takes the metrics from what the benchmark prints.
func (m *oneMore) read(out []byte) error {
	for unit, to := range map[string]*[]float64{"verdict-ms": &m.verdict, "health-ms": &m.health, "heap-MB": &m.heap} {
		v, err := metric(out, unit)
		if err != nil {
			return err
		}
		*to = append(*to, v)
	}
	return nil
}

// metric is the number before a unit, as Go's benchmarks print it.
func metric(out []byte, unit string) (float64, error) {
	fields := bytes.Fields(out)
	for i := 1; i < len(fields); i++ {
		if string(fields[i]) == unit {
			return strconv.ParseFloat(string(fields[i-1]), 64)
		}
	}
	return 0, fmt.Errorf("no %s in %.60q", unit, out)
}
