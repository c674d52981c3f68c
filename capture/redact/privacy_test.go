package redact_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"syncscope/capture/redact"
)

func TestPrivacyHidesUsersAddressesAndHosts(t *testing.T) {
	gate := redact.NewWithKey([]byte("test"))
	host := gate.Name(redact.Host, "um8-vmanage")
	if host.String() != "um8-vmanage" {
		t.Errorf("hidden without privacy: %s", host)
	}
	line := func(s string) string { return gate.Line(redact.Wrap([]byte(s))).String() }
	gate.SetPrivacy(true)
	addr, v6 := gate.Addr(netip.MustParseAddr("10.106.66.55")).String(), gate.Addr(netip.MustParseAddr("fd00:dead:beef::5")).String()
	user, name, ssm := gate.Name(redact.User, "svc_lic").String(), gate.Name(redact.Host, "UM8-vmanage").String(), gate.Name(redact.Host, "ssm.lab.example").String()
	for text, want := range map[string]string{
		"IP 10.106.66.55.8443 > 10.106.66.55.57886: Flags [S]":    "IP " + addr + ".8443 > " + addr + ".57886: Flags [S]",
		"upstream: http://[fd00:dead:beef::5]:3000/x":             "upstream: http://[" + v6 + "]:3000/x",
		"FD00:DEAD:BEEF:0::5 is one":                              v6 + " is one",
		"Failed to authenticate user - 'svc_lic'.":                "Failed to authenticate user - '" + user + "'.",
		"[um8-vmanage] x":                                         "[" + name + "] x",
		"https://ssm.lab.example:8443/x":                          "https://" + ssm + ":8443/x",
		"10.106.66.55:8443 0.0.0.0":                               addr + ":8443 0.0.0.0",
		"12:19:55.042618 (a.b.C) version 20.9.1 java.net.x":       "12:19:55.042618 (a.b.C) version 20.9.1 java.net.x",
		"24-Nov-2026 17:29:02,780 IST com.viptela.x Code: 403 ok": "24-Nov-2026 17:29:02,780 IST com.viptela.x Code: 403 ok",
	} {
		if got := line(text); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if again := line(line(text)); again != line(text) {
			t.Errorf("a second pass gives %s", again)
		}
	}
	if got := line("eth0 00:50:56:9f:cd:58"); strings.Contains(got, "9f:cd") || !strings.Contains(got, "mac#") {
		t.Errorf("%s", got)
	}
}

func TestRevealIsShortAndUnprintable(t *testing.T) {
	gate := redact.NewWithKey([]byte("test"))
	token := gate.Field(redact.ClientSecret, []byte(madeSecret))
	now := time.Unix(1_700_000_000, 0)
	c, err := gate.Reveal(token, now)
	if err != nil || c.Draw(now.Add(9*time.Second)) != madeSecret {
		t.Fatal("not revealed", err)
	}
	if got := c.Draw(now.Add(10 * time.Second)); got != token.String() {
		t.Error("it is still there after ten seconds")
	}
	doc, _ := json.Marshal(map[string]any{"c": c, "in": struct{ C redact.Clear }{c}})
	if all := fmt.Sprintf("%v %+v %#v %s %q %v", c, c, c, c, c, struct{ c redact.Clear }{c}) + string(doc); strings.Contains(all, madeSecret[:8]) {
		t.Error("printing shows it")
	}
	if _, err := gate.Reveal(redact.New().Field(redact.ClientSecret, []byte(madeSecret)), now); !errors.Is(err, redact.ErrUnknownToken) {
		t.Errorf("a token of another run: %v", err)
	}
	gate.SetShared()
	if _, err := gate.Reveal(token, now); !errors.Is(err, redact.ErrShared) {
		t.Errorf("on a shared screen: %v", err)
	}
}

// What was hidden before is hidden anew once one name more is known, and shown
// as it is once names are not hidden.
func TestShownFollowsWhatIsKnown(t *testing.T) {
	gate := redact.NewWithKey([]byte("test"))
	const line = "svc_lic at ssm-7.example from 10.1.2.3"
	gate.HideNames(true)
	first := gate.Shown(line)
	gate.Meet(redact.Host, gate.Foreign("ssm-7.example"))
	second := gate.Shown(line)
	gate.Meet(redact.User, gate.Foreign("svc_lic"))
	third := gate.Shown(line)
	if strings.Contains(first, "10.1") || !strings.Contains(first, "ssm-7") || strings.Contains(second, "ssm-7") || strings.Contains(third, "svc_lic") || gate.Shown(line) != third {
		t.Errorf("%s\n%s\n%s", first, second, third)
	}
	if gate.HideNames(false); gate.Shown(line) != line {
		t.Error("hidden still")
	}
	if gate.HideNames(true); gate.Shown(line) != third {
		t.Error("another pseudonym")
	}
}

// What turns out to be a secret only later is masked in what was made before, and
// a second look changes nothing more. Words of our own stay.
func TestShownMasksWhatIsLearntLater(t *testing.T) {
	gate := redact.NewWithKey([]byte("test"))
	type row struct{ Line, Title string }
	before := row{gate.Foreign("retrying with " + madeSecret + " once more").String(), "The SSM refuses the client"}
	if !strings.Contains(before.Line, madeSecret) || redact.Hide(gate, before) != before || gate.Met() != 0 {
		t.Fatal("it is known already")
	}
	token := gate.Field(redact.ClientSecret, []byte(madeSecret)).String()
	after := redact.Hide(gate, before)
	if want := "retrying with " + token + " once more"; after.Line != want || after.Title != before.Title || gate.Shown(before.Line) != want {
		t.Errorf("%s", after.Line)
	}
	if redact.Hide(gate, after) != after || gate.Met() != 1 {
		t.Error("a second look changes it")
	}
}
