// Package attempt puts attempts together: which lines of the Manager's log,
// which requests in the SSM's and which connections are one try of one Manager
// to reach the SSM's API, and what belongs to somebody else.
//
// What comes in: lines of both logs in order of time (evidence.Log) and the
// connections of captures. What goes out: a Trace of each attempt, in order of
// time, and the requests that are nobody's.
//
// A Manager's lines make traces by node, tenant and thread (Assembler). Requests
// and connections are matched to them all at once (Match): in time, with no
// clash, the best agreement first. Nothing here judges an attempt.
//
// No goroutine is started here, and nothing here may be used by two at once.
package attempt
