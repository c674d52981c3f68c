package session

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"syncscope/capture/cliout"
	"syncscope/checks/view"
)

// offered is how many interfaces a question names.
const offered = 9

// wanted asks the person which interface to capture on, where there is a screen
// to ask on; the answer holds for the run. nil: there is nothing to choose from,
// or he leaves it to us.
func (l *Live) wanted(ctx context.Context, h *host, table []cliout.Interface, peer netip.Addr) *row {
	if l.cfg.SSH.Prompter != nil || !l.patient {
		return nil
	}
	if h.picked == nil {
		picked := l.askInterface(ctx, h, candidates(table, l.cfg.VPN, l.cfg.VPNGiven), peer)
		if ctx.Err() != nil {
			return nil // the link was lost meanwhile
		}
		h.picked = &picked
	}
	same := func(i cliout.Interface) bool {
		return i.VPN == h.picked.VPN && i.Name.String() == h.picked.Name.String()
	}
	if i := slices.IndexFunc(table, same); i >= 0 {
		return &row{table[i], "chosen by you"}
	}
	return nil
}

// candidates are the interfaces that a packet could leave by.
func candidates(table []cliout.Interface, vpn int, given bool) []cliout.Interface {
	var out []cliout.Interface
	for _, i := range table {
		if i.Net.IsValid() && (!given || i.VPN == vpn) && len(out) < offered {
			out = append(out, i)
		}
	}
	return out
}

// askInterface gives the one that was chosen. The zero value: none.
func (l *Live) askInterface(ctx context.Context, h *host, from []cliout.Interface, peer netip.Addr) (none cliout.Interface) {
	if len(from) < 2 {
		return none
	}
	var text strings.Builder
	fmt.Fprintf(&text, "By which interface do packets to %s leave? The Manager does not say.\n", peer)
	for n, i := range from {
		fmt.Fprintf(&text, "\n%2d  vpn %-4d %s  %s", n+1, i.VPN, i.Name, i.Net)
	}
	text.WriteString("\n\nIts number:")
	h.progress.asking(view.StepCapture, true)
	defer h.progress.asking(view.StepCapture, false)
	got, err := l.prompts.ask(ctx, view.Prompt{Host: h.target.String(), About: "Interface", Text: text.String(), Echo: true})
	n, bad := strconv.Atoi(strings.TrimSpace(string(got)))
	if err != nil || bad != nil || n < 1 || n > len(from) {
		return none
	}
	return from[n-1]
}
