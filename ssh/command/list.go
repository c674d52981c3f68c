package command

import "time"

// The places in short.
var (
	onCLI     = []Where{ManagerCLI}
	inVShell  = []Where{ManagerShell}
	onSSM     = []Where{SSMShell}
	inShells  = []Where{ManagerShell, SSMShell}
	anyCLI    = 10 * time.Second
	readsLog  = "read access to the log (on the SSM: group adm or sudo; where it has the journal only: --ssm-login journald)"
	operating = "a CLI user with the right to operational commands (group netadmin or operator)"
)

// The list. Nothing else is ever sent.
var (
	paginate = &Info{"paginate", "paginate false", onCLI, "none", "output in one piece", anyCLI, ""}
	width    = &Info{"screen-width", "screen-width 512", onCLI, "none", "lines that are not wrapped", anyCLI, ""}
	idle     = &Info{"idle-timeout", "idle-timeout 3600", onCLI, "none", "a session of ours that is forgotten ends after an hour", anyCLI, ""}
	version  = &Info{"show-version", "show version", onCLI, "none", "on-prem mode needs 20.9.1", anyCLI, operating}
	status   = &Info{"show-system-status", "show system status", onCLI, "none", "clock, disk and state of the Manager", 15 * time.Second, operating}
	ifaces   = &Info{"show-interface-description", "show interface description", onCLI, "none", "which VPNs and interfaces there are to capture on", 15 * time.Second, operating}
	showLog  = &Info{"show-log", "show log vmanage-server.log", onCLI, "prints the log, every 10 s while it is followed", "the Manager's log where the user has no vshell", time.Minute, operating}
	vshell   = &Info{"vshell", "vshell", onCLI, "one shell", "read the Manager's log", anyCLI, "a user of the group netadmin: others have no vshell"}
	exit     = &Info{"exit", "exit", []Where{ManagerCLI, ManagerShell}, "none", "leave vshell and the command line: no terminal stays open", anyCLI, ""}
	nslookup = &Info{"nslookup", "nslookup vpn VPN NAME", onCLI, "one DNS query", "the SSM's address as the Manager resolves it", 15 * time.Second, operating}
	nms      = &Info{"nms-status", "request nms all status", onCLI, "none", "whether the Manager's own services run", 20 * time.Second, operating}

	capturing = &Info{"capture", `tcpdump vpn VPN interface IF options "-l -nn -vv -c N FILTER"`, onCLI, "one tcpdump, 128 bytes a packet, at most N packets, ended after 10 minutes", "the handshake with the SSM", 0, "a CLI user with the right to tcpdump (group netadmin)"}
	pcapping  = &Info{"capture-full", "[sudo] timeout -k 5 SECONDS " + ownBash + " WATCHDOG MARK tcpdump -U --immediate-mode -p -i IF -s 0 -c N -w - FILTER", inShells, "one tcpdump, whole packets, at most N of them, ended after SECONDS or when we are gone", "the whole handshake: names, certificates", 0, "root or CAP_NET_RAW for tcpdump (sudo for exactly this command)"}

	logRight = &Info{"log-right", "test -r PATH", inShells, "none", "whether this user may read the log", anyCLI, readsLog}
	logSize  = &Info{"log-size", "stat -L -c '%s %i' -- PATH", inShells, "none", "where the log ends now", anyCLI, readsLog}
	logRange = &Info{"log-range", "tail -c +FROM -- PATH | head -c BYTES", inShells, "reads at most 16 MB", "the last attempt before we came", anyCLI, readsLog}

	ping       = &Info{"ping", "ping -c 3 -w 5 ADDRESS", inVShell, "three ICMP packets", "whether the SSM's address answers", anyCLI, ""}
	route      = &Info{"route", "ip route get ADDRESS", inVShell, "none", "the way to the SSM, and the interface to capture on", anyCLI, ""}
	api        = &Info{"api", "curl -sS -v -k --max-time 10 -o /dev/null https://HOST:PORT/backend/sessions/get_user", inVShell, "one HTTPS request without credentials; the SSM logs it", "how far TCP, TLS and HTTP get", 15 * time.Second, ""}
	certs      = &Info{"certificates", "timeout 10 openssl s_client -connect HOST:PORT [-servername NAME] -showcerts </dev/null", inVShell, "one TLS handshake; no request", "the SSM's certificate and TLS version", 15 * time.Second, ""}
	date       = &Info{"date", "date -u", inShells, "none", "the host's clock", anyCLI, ""}
	disk       = &Info{"disk", "df -P", inShells, "none", "whether a disk is full", anyCLI, ""}
	containers = &Info{"containers", "docker ps -a --format '{{.Names}} {{.Status}}'", onSSM, "none", "whether the SSM's services run", 15 * time.Second, "a user of the group docker"}

	marked     = &Info{"leftovers", `pgrep -af '[s]yncscope-(wd-|follow)'; printf 'status %d\n' $?`, inShells, "reads the process list", "what an earlier session of ours left running", anyCLI, ""}
	captures   = &Info{"captures", `pgrep -af '[t]cpdump '; printf 'status %d\n' $?`, inVShell, "reads the process list", "whether a capture of ours runs whose login was lost", anyCLI, ""}
	endCapture = &Info{"end-capture", "read -r s </proc/PID/stat && set -- ${s##*)} && { kill -s INT PID 2>/dev/null || kill -s HUP $4; }", inVShell, "ends one capture that this session began, with the login that was lost", "a capture of ours whose login was lost", anyCLI, "the user who logged in"}
	process    = &Info{"process", "stat -c %U /proc/PID; cat /proc/sys/kernel/random/boot_id /proc/PID/stat", inShells, "none", "whether a process is the one in our journal", anyCLI, ""}
	endLeft    = &Info{"end-leftover", "[sudo] kill -s TERM -- -GROUP", inShells, "ends one watchdog of ours and its tcpdump, after a person agreed", "end what an earlier session of ours left running", anyCLI, "the user who started it, or root"}

	console   = &Info{"console-shell", "shell", []Where{SSMShell}, "one shell", "leave the SSM's console for its shell, where --ssm-login is console", anyCLI, "an SSM user who may open a shell"}
	sudoLogin = &Info{"sudo-login", "sudo -S -v -p PROMPT", onSSM, "none", "sudo asks for its password before a command that reads", 2 * time.Minute, "a user who may use sudo"}

	quiet  = &Info{"quiet", "stty -echo -onlcr 2>/dev/null; PS1=; PS2=; printf MARK", inShells, "none", "output without echo and prompt", anyCLI, ""}
	keys   = &Info{"keys", "Ctrl-C, Enter, Space", []Where{ManagerCLI, ManagerShell, SSMShell}, "none", "end a command; tell a watchdog that we are there; go on after --More--", anyCLI, ""}
	answer = &Info{"answer", "<secret:sudo>", inShells, "none", "sudo asked for it, with our own prompt", anyCLI, ""}

	everything = []*Info{
		paginate, width, idle, version, status, ifaces, showLog, vshell, exit, nslookup, nms, capturing, pcapping,
		logRight, logSize, logRange, logRotated, logUnpacked, logSearch, logFollower, journalRight, journalRange, journalFollower, ping, route, api, certs, date, disk, containers,
		addresses, listeners, chrony, resolved, opened, signIns, synced, marked, captures, endCapture, process, endLeft, console, sudoLogin, quiet, keys, answer,
	}
)

// Right is what right the command id takes; "" none in particular.
func Right(id string) string {
	for _, i := range everything {
		if i.ID == id {
			return i.Right
		}
	}
	return ""
}
