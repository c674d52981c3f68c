package ask

import (
	"strings"

	"syncscope/capture/event"
)

// covered tells of each log how much time it covers: that nothing was seen says no more
// than that. A capture without packets covers an unknown time.
func (m *facts) covered() string {
	var out []string
	for _, s := range m.r.Sources {
		who, text := m.whose(s.Source.Kind), ""
		switch {
		case s.Source.Kind.HasPackets() && s.Packets == 0:
			text = m.texts["no_packet"]
		case s.First.Time.IsZero():
			continue
		default:
			text = strings.NewReplacer("{first}", moment(s.First), "{last}", moment(s.Last)).Replace(m.texts["span"])
		}
		out = appendNew(out, strings.NewReplacer("{source}", who, "{span}", text).Replace(m.texts["covers"]))
	}
	return strings.Join(out, "; ")
}

// moment is a time to the second, with its year and its zone where they are sure.
func moment(w event.When) string {
	text := w.Time.Format("Jan 2 15:04:05")
	if w.Dated {
		text = w.Time.Format("2006-01-02 15:04:05")
	}
	if w.Zoned {
		text += w.Time.Format(" MST")
	}
	return text
}
