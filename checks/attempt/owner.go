package attempt

import "syncscope/capture/redact"

// Owner is whose attempts replace each other: the last one of an owner counts.
type Owner struct {
	Node, Tenant string
	Report       bool
	Client, User redact.ID // of what no Manager's log tells
}

// Owner is the attempt's.
func (t *Trace) Owner() Owner {
	if t.Alone {
		return Owner{Client: t.actor.Client, User: t.actor.User}
	}
	return Owner{Node: t.Node, Tenant: t.Tenant, Report: t.reportOnly()}
}

// Known reports whether anything tells the owner.
func (o Owner) Known() bool { return o != Owner{Report: o.Report} }
