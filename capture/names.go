package capture

import (
	"syncscope/capture/cliout"
	"syncscope/capture/handshake"
	"syncscope/capture/logline"
	"syncscope/capture/packet"
)

// The leaves' types and constants under capture's name: whoever takes events
// need not know which leaf decoded them.
type (
	CheckKind = cliout.Check
	Form      = logline.Form
	Grant     = cliout.Grant
	Interface = cliout.Interface
	Label     = handshake.Label
	Trouble   = handshake.Trouble
	Topic     = logline.Topic
	Release   = cliout.Release
	TLS       = handshake.TLS
	End       = handshake.End
	Analysis  = handshake.Analysis
	X509      = handshake.Certificate
	Chain     = handshake.Chain

	TLSAlertMessage = handshake.Alert
	Unreach         = packet.Unreach
)

// AnalysisFields are Wireshark's fields of what a packet is in the course of its
// connection, and the marks of which one sets each.
var AnalysisFields = handshake.AnalysisFields

// Forms are the forms of a log line.
func Forms() []Form { return logline.Forms() }

// CipherName is a cipher suite's name.
func CipherName(id uint16) string { return handshake.CipherName(id) }

// What a packet means in the story of its connection.
const (
	LabelACK            = handshake.LabelACK
	LabelAlert          = handshake.LabelAlert
	LabelClientHello    = handshake.LabelClientHello
	LabelCloseNotify    = handshake.LabelCloseNotify
	LabelFIN            = handshake.LabelFIN
	LabelFinished       = handshake.LabelFinished
	LabelKeepAlive      = handshake.LabelKeepAlive
	LabelKeyExchange    = handshake.LabelKeyExchange
	LabelRST            = handshake.LabelRST
	LabelRefused        = handshake.LabelRefused
	LabelRequest        = handshake.LabelRequest
	LabelResponse       = handshake.LabelResponse
	LabelRetransmission = handshake.LabelRetransmission
	LabelSYN            = handshake.LabelSYN
	LabelSYNACK         = handshake.LabelSYNACK
	LabelServerHello    = handshake.LabelServerHello
	LabelZeroWindow     = handshake.LabelZeroWindow
)

// How far TLS got.
const (
	TLSAlert           = handshake.TLSAlert
	TLSCertificate     = handshake.TLSCertificate
	TLSHelloRetry      = handshake.TLSHelloRetry
	TLSApplicationData = handshake.TLSApplicationData
	TLSClientHello     = handshake.TLSClientHello
	TLSFinished        = handshake.TLSFinished
	TLSNone            = handshake.TLSNone
	TLSServerHello     = handshake.TLSServerHello
)

// A connection's state, a packet's direction, and how a thing is known.
const (
	BasisInferred = handshake.Inferred
	BasisNone     = handshake.None
	BasisSeen     = handshake.Seen
	ConnClosed    = handshake.Closed
	ConnRefused   = handshake.Refused
	ConnReset     = handshake.Reset
	ConnUnknown   = handshake.Unknown
	HalfOpen      = handshake.HalfOpen
	SynSent       = handshake.SynSent
	ByClient      = handshake.Client
	ByNobody      = handshake.Nobody
	ByServer      = handshake.Server
	ToClient      = handshake.ToClient
	ToServer      = handshake.ToServer
)

// What a log line means for a sync.
const (
	TopicAuthFailed     = logline.TopicAuthFailed
	TopicAuthStart      = logline.TopicAuthStart
	TopicAuthenticated  = logline.TopicAuthenticated
	TopicClientMap      = logline.TopicClientMap
	TopicClockSource    = logline.TopicClockSource
	TopicCloudSignIn    = logline.TopicCloudSignIn
	TopicDeprecation    = logline.TopicDeprecation
	TopicHealth         = logline.TopicHealth
	TopicLicences       = logline.TopicLicences
	TopicMode           = logline.TopicMode
	TopicNoUpstream     = logline.TopicNoUpstream
	TopicNone           = logline.TopicNone
	TopicOnPremUser     = logline.TopicOnPremUser
	TopicPhase          = logline.TopicPhase
	TopicProxyHost      = logline.TopicProxyHost
	TopicProxyPort      = logline.TopicProxyPort
	TopicQuery          = logline.TopicQuery
	TopicReport         = logline.TopicReport
	TopicRequest        = logline.TopicRequest
	TopicRequestFailed  = logline.TopicRequestFailed
	TopicSaving         = logline.TopicSaving
	TopicSession        = logline.TopicSession
	TopicSyncDone       = logline.TopicSyncDone
	TopicSyncFailed     = logline.TopicSyncFailed
	TopicTLS            = logline.TopicTLS
	TopicTokenURL       = logline.TopicTokenURL
	TopicUpstreamFailed = logline.TopicUpstreamFailed
	TopicUpstreamOff    = logline.TopicUpstreamOff
	TopicUserFailed     = logline.TopicUserFailed
)

// A log line's form and severity.
const (
	FormManager     = logline.Manager
	FormManagerMore = logline.ManagerMore
	FormNginxAccess = logline.NginxAccess
	FormPlain       = logline.Plain
	FormRails       = logline.Rails
	SeverityError   = logline.Error
	SeverityWarn    = logline.Warn
)

// What a listing says of a checksum.
const (
	ChecksumIncorrect = packet.ChecksumIncorrect
)

// What an ICMP error means.
const (
	UnreachAdmin         = packet.UnreachAdmin
	UnreachFragmentation = packet.UnreachFragmentation
	UnreachHost          = packet.UnreachHost
	UnreachNet           = packet.UnreachNet
	UnreachPort          = packet.UnreachPort
	UnreachTimeExceeded  = packet.UnreachTimeExceeded
)

// The commands whose output bears on a diagnosis.
const (
	CheckUnknown    = cliout.Unknown
	CheckVersion    = cliout.ShowVersion
	CheckDate       = cliout.Date
	CheckDisk       = cliout.Disk
	CheckContainers = cliout.Containers
	CheckNMS        = cliout.NMSStatus
	CheckRoute      = cliout.IPRoute
	CheckCurl       = cliout.Curl
	CheckNslookup   = cliout.Nslookup
	CheckOpenSSL    = cliout.OpenSSL
	CheckPing       = cliout.Ping
	CheckToolkit    = cliout.Toolkit
)
