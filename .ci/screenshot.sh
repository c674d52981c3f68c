#!/usr/bin/env bash
# Makes the README's picture: runs the demo in a terminal and draws its frame.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(mktemp -d)
trap 'tmux -L shot kill-server 2>/dev/null || true; rm -rf "$bin"' EXIT
go build -o "$bin/syncscope" .
COLORTERM=truecolor tmux -L shot -f /dev/null new-session -d -x 200 -y 50 "env TERM=xterm-256color COLORTERM=truecolor $bin/syncscope demo"
tmux -L shot set-option -ga terminal-overrides ',*:Tc'
sleep "${WAIT:-9}"
tmux -L shot capture-pane -e -p | go run .ci/screenshot/main.go > .github/demo.svg
