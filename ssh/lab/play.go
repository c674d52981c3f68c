package lab

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// writer makes what differs between runs and is not secret.
type writer struct {
	nginx, rails, redis string // container ids
	conn                int    // nginx's connection number
	thread              int
}

// everyday is what both hosts write whatever happens.
type everyday struct{ *Lab }

// before fills the logs with what an idle host writes, and with the first act
// if that is in the past.
func (l everyday) before() {
	l.random = writer{nginx: hexID(12), rails: hexID(12), redis: hexID(12), conn: 1500 + rand.IntN(400), thread: 20 + rand.IntN(30)}
	const history = 15 * time.Minute
	l.idle(-history-l.opts.Past, -l.opts.Past)
	if l.opts.Past > 0 {
		l.act(l.s.Acts[0], -l.opts.Past, false)
		l.idle(-l.opts.Past+5*time.Second, 0)
	}
}

// idle writes noise to both logs, stamped from at on and before end. It is
// never so much that the attempt before it is hard to find.
func (l everyday) idle(at, end time.Duration) {
	const most = 100
	every := max(20*time.Second, (end-at)/most)
	for i := 0; at < end; i++ {
		l.noise(at, i)
		at += every
	}
}

// noise writes one unrelated line to each log.
func (l everyday) noise(at time.Duration, i int) {
	mgr, ssm := noise("manager.txt"), noise("messages.txt")
	l.managerLine(at, fmt.Sprintf(mgr[i%len(mgr)], l.s.Manager.Name))
	now := l.ssmNow().Add(at)
	l.ssmLine(at, strings.NewReplacer(
		"{rails}", l.random.rails, "{redis}", l.random.redis, "{nginx}", l.random.nginx,
		"{redis-stamp}", now.Format("02 Jan 2006 15:04:05.000"), "{utc}", now.Format(time.RFC3339),
		"{access-stamp}", now.Format("02/Jan/2006:15:04:05 -0700"),
	).Replace(ssm[i%len(ssm)]))
}

// managerLine stamps a line as vmanage-server.log does.
func (l *Lab) managerLine(at time.Duration, rest string) {
	l.AppendManager(l.managerNow().Add(at).Format("02-Jan-2006 15:04:05,000 MST ") + rest)
}

// ssmLine stamps a line as rsyslog does; rest begins with the tag.
func (l *Lab) ssmLine(at time.Duration, rest string) {
	l.AppendSSM(l.ssmNow().Add(at).Format("Jan _2 15:04:05 ") + l.s.SSM.Name + " " + rest)
}

// play waits for the readers, plays the acts, and the fix when it is asked for.
func (l *Lab) play() {
	defer l.wg.Done()
	if l.opts.Past == 0 {
		l.awaitReaders()
		delay := l.opts.Delay
		if delay == 0 {
			delay = time.Second
		}
		if !l.sleep(delay) {
			return
		}
		for _, o := range l.s.Acts {
			l.act(o, 0, true)
		}
	}
	close(l.ended)
	l.wg.Add(1)
	go everyday{l}.idleOn()
	select {
	case <-l.fix:
	case <-l.ctx.Done():
		return
	}
	if l.s.Acts[0] == grantNotFound {
		l.newCredentials(true)
	}
	l.repaired.Store(true)
	if !l.sleep(time.Second) {
		return
	}
	for _, o := range l.s.Fix {
		l.act(o, 0, true)
	}
}

// idleOn keeps the hosts alive between the acts.
func (l everyday) idleOn() {
	defer l.wg.Done()
	for i := 0; l.sleep(4 * time.Second); i++ {
		l.noise(0, i)
	}
}

func (l *Lab) awaitReaders() {
	limit := time.After(waitForThem)
	for range streams {
		select {
		case <-l.attached:
		case <-limit:
			return
		case <-l.ctx.Done():
			return
		}
	}
}

// sleep is false if the lab ended.
func (l *Lab) sleep(d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-l.ctx.Done():
		return false
	}
}

// call is one HTTPS request of the Manager.
type call struct {
	method, path string // below nginx's /backend
	query        string
	token        string
	controller   string
	action       string
}

// act plays one attempt. at shifts its stamps; live plays it in real time, with
// packets, else all of it is written at once.
func (l *Lab) act(o outcome, at time.Duration, live bool) {
	a := &attempt{l: l, at: at, live: live, outcome: o}
	l.random.thread++
	a.run()
}

// attempt is one try of the Manager to sign in and sync.
type attempt struct {
	l       *Lab
	at      time.Duration
	live    bool
	outcome outcome
}

// wait lets time pass: really, or in the stamps only.
func (a *attempt) wait(d time.Duration) {
	if a.live {
		a.l.sleep(d)
		return
	}
	a.at += d
}

func (a *attempt) log(level, class, format string, args ...any) {
	a.l.managerLine(a.at, fmt.Sprintf("%s [%s] [%s] (default task-%d) |default| ", level, a.l.s.Manager.Name, class, a.l.random.thread)+fmt.Sprintf(format, args...))
	a.wait(time.Duration(1+rand.IntN(9)) * time.Millisecond)
}

func (a *attempt) run() {
	a.l.mu.Lock()
	c := a.l.creds
	a.l.mu.Unlock()
	encoded := c.query(percentEncode(c.password))
	masked := c.query("*******")
	if a.outcome == tooOld {
		a.cloud()
		return
	}
	a.log("INFO", "SmartLicensingIntegrationManager", "user is using in On Prem mode")
	a.log("INFO", "SmartLicensingIntegrationManager", "Authenticating on-prem server")
	a.log("INFO", "AbstractSettingsManager", "Found smart licensing mode is onprem")
	a.log("INFO", "SmartLicensingUtil", "intializing client Map {clientUrl=%s, client_secret=%s, client_id=%s}", a.l.s.called(), c.secret, c.id)
	a.log("INFO", "SmartLicensingUtil", "Getting onPrem server details")
	host, port, _ := strings.Cut(a.l.s.Proxy, ":")
	a.log("INFO", "RestAPIClient", "%s", strings.TrimSpace("RestAPI proxy host "+host))
	a.log("INFO", "RestAPIClient", "%s", strings.TrimSpace("RestAPI proxy port "+port))
	a.log("INFO", "SmartLicensingUtil", "URL backend/oauth/token?%s", encoded)
	a.log("INFO", "SmartLicensingUtil", "Query Smart Account: backend/oauth/token?%s", masked)
	if broken, ok := faults[a.outcome]; ok {
		broken(a).log(a, "POST", "backend/oauth/token?"+masked)
		a.refused(c.user)
		return
	}
	got, err := a.request(call{method: "POST", path: pathToken, query: encoded, controller: "Doorkeeper::OauthTokensController", action: "create"})
	if err != nil {
		return // the simulation ended
	}
	if got.status != http.StatusOK {
		a.answered4xx("POST", "backend/oauth/token?"+masked, got)
		a.refused(c.user)
		return
	}
	a.sync(got)
}

// answered4xx is the Manager's line about an answer that is an error; a page
// of HTML goes on over lines of its own.
func (a *attempt) answered4xx(method, uri string, got answer) {
	first, rest, more := strings.Cut(got.body, "\n")
	a.log("ERROR", "RestAPIClient", "Failed to process %s request uri: %s . Code: %d Message: %s", method, uri, got.status, first)
	if more {
		a.l.AppendManager(strings.TrimRight(rest, "\n"))
	}
}

// refused are the Manager's last lines of a sign-in that failed.
func (a *attempt) refused(user string) {
	a.log("ERROR", "SmartLicensingUtil", "Failed to authenticate user - '%s'.", user)
	a.log("ERROR", "SmartLicensingIntegrationRestfulResource", "Smart Account User Authentication failed.")
}

// sync is what follows a sign-in that went well.
func (a *attempt) sync(got answer) {
	_, rest, _ := strings.Cut(got.body, `"access_token":"`)
	token, _, _ := strings.Cut(rest, `"`)
	a.l.mu.Lock()
	a.l.secrets = append(a.l.secrets, token)
	a.l.mu.Unlock()
	a.log("INFO", "SmartLicensingIntegrationManager", "Smart Account user authenticated successfully")
	a.log("INFO", "SmartLicensingUtil", "Query Smart Account details: backend%s", pathSearch)
	got, err := a.request(call{method: "GET", path: pathSearch, token: token, controller: "AccountsController", action: "search"})
	if err != nil {
		return
	}
	if got.status != http.StatusOK {
		a.answered4xx("GET", "backend"+pathSearch, got)
		a.log("ERROR", "SmartLicensingIntegrationRestfulResource", "Failed to sync licenses for the Smart Account.")
		return
	}
	licences := a.l.backend.pathLicences()
	a.log("INFO", "SmartLicensingUtil", "Query licenses: backend%s", licences)
	got, err = a.request(call{method: "POST", path: licences, token: token, controller: "LicensesController", action: "index"})
	if err != nil {
		return
	}
	a.log("INFO", "SmartLicensingUtil", "Received licenses: %d bytes", len(got.body))
	a.log("INFO", "SmartLicensingIntegrationManager", "Sync Licenses and Refresh Devices completed")
}
