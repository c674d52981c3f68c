package handshake

import "strconv"

// Alert is a TLS alert (RFC 8446, 6; RFC 5246, 7.2). Of one inside the
// encryption only its being there is known.
type Alert struct {
	From        End
	Level       uint8 // 1 warning, 2 fatal; 0 unknown
	Description uint8 // valid unless Encrypted
	Encrypted   bool
	Basis       Basis // Inferred: told from the length of a record of TLS 1.3
}

// The levels, and the descriptions that do not end a handshake.
const (
	levelWarning = 1
	levelFatal   = 2

	alertCloseNotify  = 0
	alertUserCanceled = 90
)

// Fatal reports whether the alert ends the connection.
func (a Alert) Fatal() bool { return a.Level == levelFatal }

// Leaves reports whether an alert in clear says that who sent it goes no further, for no
// fault of the other end (RFC 8446, 6.1): it ends a handshake whatever its level.
func (a Alert) Leaves() bool {
	return !a.Encrypted && (a.Description == alertCloseNotify || a.Description == alertUserCanceled)
}

// Left reports whether an end's first alert says that it leaves.
func (t *TLS) Left(e End) bool {
	for _, a := range t.Alerts {
		if a.From == e {
			return a.Leaves()
		}
	}
	return false
}

// LevelName is the level's name in the RFC; empty if it is encrypted.
func (a Alert) LevelName() string {
	switch a.Level {
	case levelWarning:
		return "warning"
	case levelFatal:
		return "fatal"
	}
	return ""
}

// alertNames are the descriptions (RFC 5246, 7.2; RFC 8446, 6; RFC 6066, 9;
// RFC 4279, 6; RFC 7301, 3.2; RFC 7507, 3).
var alertNames = [121]string{
	0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 21: "decryption_failed", 22: "record_overflow",
	30: "decompression_failure", 40: "handshake_failure", 41: "no_certificate", 42: "bad_certificate", 43: "unsupported_certificate",
	44: "certificate_revoked", 45: "certificate_expired", 46: "certificate_unknown", 47: "illegal_parameter", 48: "unknown_ca",
	49: "access_denied", 50: "decode_error", 51: "decrypt_error", 60: "export_restriction", 70: "protocol_version",
	71: "insufficient_security", 80: "internal_error", 86: "inappropriate_fallback", 90: "user_canceled", 100: "no_renegotiation",
	109: "missing_extension", 110: "unsupported_extension", 111: "certificate_unobtainable", 112: "unrecognized_name",
	113: "bad_certificate_status_response", 114: "bad_certificate_hash_value", 115: "unknown_psk_identity", 116: "certificate_required",
	120: "no_application_protocol",
}

// Name is the description's name in the RFC, else its number; "encrypted" if
// it is.
func (a Alert) Name() string {
	if a.Encrypted {
		return "encrypted"
	}
	if int(a.Description) < len(alertNames) && alertNames[a.Description] != "" {
		return alertNames[a.Description]
	}
	return strconv.Itoa(int(a.Description))
}
