package sessionlog

import "time"

// signIn is what the sign-ins of a session share: the credentials that the
// Manager is set up with.
type signIn struct {
	count    int
	id       string
	secret   string
	password string
	thread   string
}

// sameCredentials is how many sign-ins are made before a person enters others.
const sameCredentials = 50

// before are the Manager's lines up to the request.
var before = [...]string{
	"INFO [{manager}] [SmartLicensingIntegrationManager] (default task-{thread}) |default| user is using in On Prem mode",
	"INFO [{manager}] [SmartLicensingIntegrationManager] (default task-{thread}) |default| Authenticating on-prem server",
	"INFO [{manager}] [AbstractSettingsManager] (default task-{thread}) |default| Found smart licensing mode is onprem",
	"INFO [{manager}] [SmartLicensingUtil] (default task-{thread}) |default| intializing client Map {clientUrl=192.0.2.55, client_secret={secret}, client_id={id}}",
	"INFO [{manager}] [SmartLicensingUtil] (default task-{thread}) |default| Getting onPrem server details",
	"INFO [{manager}] [RestAPIClient] (default task-{thread}) |default| RestAPI proxy host",
	"INFO [{manager}] [RestAPIClient] (default task-{thread}) |default| RestAPI proxy port",
	"INFO [{manager}] [SmartLicensingUtil] (default task-{thread}) |default| URL {request}&password={password}",
	"INFO [{manager}] [SmartLicensingUtil] (default task-{thread}) |default| Query Smart Account: {request}&password=*******",
}

// answered is the Manager's line of the answer, by which the cause is known.
const answered = `ERROR [{manager}] [RestAPIClient] (default task-{thread}) |default| Failed to process POST request uri: {request}&password=******* . Code: 403 Message: {"error":"invalid_client","error_message":"Grant not found. Ensure that the given grant details are correct."}`

// served are the SSM's lines of the request.
var served = [...]string{
	rails + ": [active_model_serializers] Rendered ActiveModel::Serializer::Null with Hash (0.13ms)",
	rails + ": method=POST path=/oauth/token format=json controller=Doorkeeper::OauthTokensController action=create status=403 duration=17.67 view=2.29 db=0.00",
	nginx + `: 198.51.100.81 - - [{access-stamp}] "POST /{request}&password={password} HTTP/1.1" 403 121 "-" "Apache-HttpClient/4.5.14 (Java/17.0.15)" "-"`,
}

// after are the Manager's lines after the answer.
var after = [...]string{
	"ERROR [{manager}] [SmartLicensingUtil] (default task-{thread}) |default| Failed to authenticate user - 'svc_lic'.",
	"ERROR [{manager}] [SmartLicensingIntegrationRestfulResource] (default task-{thread}) |default| Smart Account User Authentication failed.",
}

// SignIn logs a whole sign-in that the SSM refuses.
func (s *Session) SignIn() {
	s.Request()
	s.Answer()
	for _, text := range after {
		s.manager(s.expanded(text))
	}
}

// other logs the request of another client of the SSM.
func (s *Session) other() {
	s.ssm(s.stamped(nginx + `: 198.51.100.9 - - [{access-stamp}] "POST /backend/oauth/token HTTP/1.1" 401 61 "-" "python-requests/2.31.0" "-"`))
}

// Request logs a sign-in up to what the SSM logs of it: only the answer is
// missing.
func (s *Session) Request() {
	if s.count%sameCredentials == 0 {
		s.id, s.secret, s.password = s.letters(64), s.letters(64), "Lab%21"+s.letters(12)
	}
	s.count++
	s.thread = string([]byte{'1' + byte(s.count%9), '0' + byte(s.count/9%10)})
	for _, text := range before {
		s.manager(s.expanded(text))
		s.to(s.now.Add(4 * time.Millisecond))
	}
	s.to(s.now.Add(400 * time.Millisecond))
	for _, text := range served {
		s.ssm(s.stamped(s.expanded(text)))
	}
	s.to(s.now.Add(60 * time.Millisecond))
}

// Answer logs the Manager's line of the answer.
func (s *Session) Answer() { s.manager(s.expanded(answered)) }

// expanded is a text with the sign-in's values in it.
func (s *Session) expanded(text string) string {
	request := "backend/oauth/token?grant_type=password&client_id=" + s.id + "&client_secret=" + s.secret + "&username=svc_lic"
	return fill(text, "{manager}", managerName, "{thread}", s.thread, "{id}", s.id, "{secret}", s.secret, "{password}", s.password, "{request}", request)
}

// letters makes a value like those that the SSM gives out.
func (s *Session) letters(n int) string {
	const of = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
	b := make([]byte, n)
	for i := range b {
		b[i] = of[s.random.IntN(len(of))]
	}
	return string(b)
}
