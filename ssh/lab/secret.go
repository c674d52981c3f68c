package lab

import (
	"crypto/rand"
	"encoding/base64"
	"math/big"
	"net/url"
	"strings"
)

// credentials are what the Manager signs in with.
type credentials struct {
	id, secret     string // 64 characters, URL-safe
	user, password string
}

// newCredentials makes a new client of the API for user.
func newCredentials(user, password string) credentials {
	return credentials{id: token(48), secret: token(48), user: user, password: password}
}

// token is n random bytes in URL-safe base64.
func token(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// accountPassword has characters that a query must percent-encode, as people's
// passwords have.
func accountPassword() string {
	word := []string{"Harbour", "Granit", "Lindvall", "Meridian", "Skerry"}
	mark := []string{"+", "/", "#", "!", "%", "&"}
	return word[roll(len(word))] + mark[roll(len(mark))] + strings.Trim(token(6), "-_") + "/" + token(3) + "!" + string(rune('0'+roll(10)))
}

func roll(n int) int {
	v, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	return int(v.Int64())
}

// percentEncode encodes as the Manager's log shows it: a space is %20 and an
// asterisk stays.
func percentEncode(s string) string {
	return strings.NewReplacer("+", "%20", "%2A", "*").Replace(url.QueryEscape(s))
}

// query is the sign-in's query string (RFC 6749, section 4.3, in the URL).
func (c credentials) query(password string) string {
	return "grant_type=password&client_id=" + c.id + "&client_secret=" + c.secret + "&username=" + percentEncode(c.user) + "&password=" + password
}

// secrets are all forms in which something secret may be printed.
func (c credentials) secrets() []string {
	return []string{c.id, c.secret, c.password, percentEncode(c.password)}
}
