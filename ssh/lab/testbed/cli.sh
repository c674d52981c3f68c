#!/bin/bash
# The Manager's command line, as far as syncscope uses it. tcpdump and the shell
# behind vshell are the real ones.
trap : INT
set -f
name=$(hostname)
printf 'Welcome to Viptela CLI\nadmin connected from 10.55.1.1 using ssh on %s\n' "$name"

# instead NAME: what a test has this command print.
instead() { cat "/run/prints/$1" 2>/dev/null; }
[ -e /run/prints/hangup ] && trap '' HUP # nor does what it starts end with its login

status() {
  cat <<END
Viptela (tm) vManage Operating System Software
Copyright (c) 2013-2026 by Viptela, Inc.
Controller Compatibility:
Version: 20.12.3
System logging to disk is enabled

System state:            GREEN. All daemons up
System FIPS state:       Disabled

System uptime:           41 days 06 hrs 12 min 33 sec
Current time:            $(date '+%a %b %e %H:%M:%S %Z %Y')

Disk usage:              Filesystem      Size   Used  Avail   Use %  Mounted on
$(df -Pm / | awk 'NR == 2 { printf "                         %s       %sM  %sM  %sM   %s   %s", $1, $2, $3, $4, $5, $6 }')
Personality:             vmanage
END
}

interfaces() {
  printf '                    AF\nVPN  INTERFACE  TYPE  IP ADDRESS       DESC\n-------------------------------------------\n'
  ip -4 -br addr | while read -r link _ addr _; do
    case $link in
      eth0*) printf '0    eth0       ipv4  %s  -\n' "$addr" ;;
      eth1*) printf '512  eth1       ipv4  %s  -\n' "$addr" ;;
    esac
  done
}

# lookup NAME: as BusyBox prints it.
lookup() {
  printf 'Server:    10.55.10.1\nAddress 1: 10.55.10.1\n\n'
  local found
  found=$(getent ahostsv4 "$1" | awk '$2 == "STREAM" { print $1 }')
  if [ -z "$found" ]; then
    printf "nslookup: can't resolve '%s': Name or service not known\n" "$1"
    return
  fi
  printf 'Name:      %s\n' "$1"
  local n=0
  for addr in $found; do
    n=$((n + 1))
    printf 'Address %d: %s\n' "$n" "$addr"
  done
}

# capture VPN INTERFACE OPTIONS
capture() {
  local words
  read -ra words <<<"$3"
  printf 'tcpdump -p -i %s -s 128 %s in VPN %s\n' "$2" "$3" "$1"
  sudo -n tcpdump -p -i "$2" -s 128 "${words[@]}"
}

# What is typed is echoed as by a line editor, which wraps it where the terminal ends.
edit=
if [ -e /run/prints/narrow ]; then
  edit=-e
  stty cols 40 rows 24 echo
  export INPUTRC=/run/prints/narrow
fi

while :; do
  if ! IFS= read -r $edit -p "$name# " line; then
    [ $? -gt 128 ] && { echo; continue; } # Ctrl-C
    exit 0
  fi
  read -ra w <<<"$line"
  case $line in
    '' | 'paginate false' | 'screen-width '* | 'idle-timeout '*) ;;
    'show version') instead version || echo 20.12.3 ;;
    'show system status') instead status || status ;;
    'show interface description') interfaces ;;
    'request nms all status') instead services || printf 'NMS application server\n\tEnabled: true\n\tStatus:  running PID:3515 for 90642s\n' ;;
    'nslookup vpn '*) instead lookup || lookup "${w[3]}" ;;
    'tcpdump vpn '*' interface '*' options "'*'"')
      options=${line#*options \"}
      capture "${w[2]}" "${w[4]}" "${options%\"}"
      ;;
    vshell) instead vshell || PS1="$name:~\$ " bash --norc --noprofile -i ;;
    exit) exit 0 ;;
    *) printf -- '-----------------^\nsyntax error: unknown command\n' ;;
  esac
done
