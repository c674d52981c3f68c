package lab

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// backend is the SSM's API: its grants, its tokens, what it answers.
type backend struct {
	account string
	now     func() time.Time

	mu     sync.Mutex
	grants []credentials   // resource owner grants
	tokens map[string]bool // access tokens that were given out
}

func newBackend(account string, now func() time.Time) *backend {
	return &backend{account: account, now: now, tokens: map[string]bool{}}
}

// create adds a resource owner grant.
func (b *backend) create(c credentials) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.grants = append(b.grants, c)
}

// The API's paths behind nginx, which puts /backend before them.
const (
	pathToken  = "/oauth/token"
	pathSearch = "/api/v1/accounts/search"
)

func (b *backend) pathLicences() string {
	return "/api/v1/accounts/" + b.account + "/virtual-accounts/Default/licenses"
}

// serve answers one request as the SSM does.
func (b *backend) serve(r *http.Request) answer {
	status, body := b.answer(r)
	return answer{status: status, body: body, at: b.now()}
}

func (b *backend) answer(r *http.Request) (status int, body string) {
	path := strings.TrimPrefix(r.URL.Path, "/backend")
	if path == pathToken {
		return b.token(r)
	}
	b.mu.Lock()
	known := b.tokens[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	b.mu.Unlock()
	switch {
	case !known:
		return http.StatusUnauthorized, `{"error":"invalid_token","error_message":"The access token is invalid"}`
	case path == pathSearch:
		return http.StatusOK, fmt.Sprintf(`{"status":"COMPLETE","status_message":"","accounts":[{"name":%q,"domain":%q,"account_id":1,"account_type":"CUSTOMER","account_status":"ACTIVE","roles":[{"role":"Account Administrator"}]}]}`, b.account, b.account)
	case path == b.pathLicences():
		return http.StatusOK, `{"status":"COMPLETE","status_message":"","total_records":2,"licenses":[{"license":"Network Advantage: Tier 2","virtual_account":"Default","quantity":120,"in_use":38,"available":82,"status":"In Compliance","billing_type":"PREPAID"},{"license":"DNA Advantage: Tier 2","virtual_account":"Default","quantity":120,"in_use":38,"available":82,"status":"In Compliance","billing_type":"PREPAID"}]}`
	}
	return http.StatusNotFound, `{"error":"not_found"}`
}

// token is the password grant (RFC 6749, section 4.3). The SSM says the same for
// an unknown client, a wrong secret and another user.
func (b *backend) token(r *http.Request) (status int, body string) {
	q := r.URL.Query()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, g := range b.grants {
		if q.Get("grant_type") == "password" && g.id == q.Get("client_id") && g.secret == q.Get("client_secret") && g.user == q.Get("username") && g.password == q.Get("password") {
			t := token(32)
			b.tokens[t] = true
			return http.StatusOK, fmt.Sprintf(`{"access_token":%q,"token_type":"Bearer","expires_in":7200,"created_at":%d}`, t, b.now().Unix())
		}
	}
	return http.StatusForbidden, `{"error":"invalid_client","error_message":"Grant not found. Ensure that the given grant details are correct."}`
}
