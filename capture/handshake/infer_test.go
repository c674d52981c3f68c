package handshake_test

import (
	"testing"

	"syncscope/capture/handshake"
)

// What the sums of flights tell. A positive number is the client's, a negative
// one the server's.
func TestSumsOfFlights(t *testing.T) {
	for _, tt := range []struct {
		name    string
		flights []int
		stage   handshake.TLSStage
		version uint16
		alertBy handshake.End
	}{
		{"TLS 1.3, accepted, SHA-256", []int{517, -1448, -900, 64}, handshake.TLSFinished, 0x0304, handshake.Nobody},
		{"TLS 1.3, accepted, SHA-384", []int{517, -1448, -900, 80}, handshake.TLSFinished, 0x0304, handshake.Nobody},
		{"TLS 1.3, certificate refused", []int{517, -1448, -900, 30}, handshake.TLSAlert, 0x0304, handshake.Client},
		{"TLS 1.3, CCS and alert apart", []int{517, -1448, -900, 6, 24}, handshake.TLSAlert, 0x0304, handshake.Client},
		{"TLS 1.2, accepted", []int{300, -1448, -200, 93, -51}, handshake.TLSFinished, 0x0303, handshake.Nobody},
		{"TLS 1.2, in three segments as Java sends it", []int{300, -1448, -200, 75, 6, 45, -51}, handshake.TLSFinished, 0x0303, handshake.Nobody},
		{"TLS 1.2, certificate refused", []int{300, -1448, -200, 7}, handshake.TLSAlert, 0, handshake.Client},
		{"refused by the server", []int{300, -7}, handshake.TLSAlert, 0, handshake.Server},
		{"HelloRetryRequest, then the server's flight", []int{517, -93, -6, 6, 550, -1448, -900, 58}, handshake.TLSFinished, 0x0304, handshake.Nobody},
		{"HelloRetryRequest, silence", []int{517, -99, 6, 550}, handshake.TLSHelloRetry, 0x0304, handshake.Nobody},
		{"a ServerHello of 93 bytes in its own segment", []int{300, -93, -1448, -200, 93, -51}, handshake.TLSFinished, 0x0303, handshake.Nobody},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := newExchange()
			x.open()
			var step handshake.Step
			for _, n := range tt.flights {
				if n > 0 {
					step = x.data(handshake.ToServer, n)
				} else {
					step = x.data(handshake.ToClient, -n)
				}
			}
			c := step.Conn
			if c.TLS.Stage.Is() != tt.stage || c.TLS.Version.Is() != tt.version || c.Trouble.AlertBy.Is() != tt.alertBy || c.TLS.Stage.Basis() != handshake.BasisInferred {
				t.Errorf("stage %d, version %#x, alert by %d, basis %d", c.TLS.Stage.Is(), c.TLS.Version.Is(), c.Trouble.AlertBy.Is(), c.TLS.Stage.Basis())
			}
		})
	}
}

// 194 bytes are ECDHE P-521 with AES-GCM; what else adds up to a sum is said.
func TestSumsNameWhatTheyCannotExclude(t *testing.T) {
	x := newExchange()
	x.open()
	x.data(handshake.ToServer, 300)
	x.data(handshake.ToClient, 1600)
	step := x.data(handshake.ToServer, 80) // 74 and a CCS: SHA-384, or SHA-256 padded by JSSE
	if c := step.Conn.TLS; c.Version.Is() != 0x0304 || len(c.CouldBe) == 0 {
		t.Errorf("%+v", c)
	}
}
