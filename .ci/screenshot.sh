#!/usr/bin/env bash
# Makes the README's pictures: runs the demo in a terminal and draws its frames.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(mktemp -d)
trap 'tmux -L shot$$ kill-server 2>/dev/null || true; rm -rf "$bin"' EXIT
go build -o "$bin/syncscope" .
go build -o "$bin/draw" ./.ci/screenshot

# The server ends with its last session, and the next one may meet it ending.
tmux -L shot$$ -f /dev/null new-session -d -s hold

# shot NAME COLUMNS ROWS KEY... runs the demo to its verdict, presses the keys,
# and draws what is then on the screen.
shot() {
  local name=$1 columns=$2 rows=$3
  shift 3
  tmux -L shot$$ -f /dev/null new-session -d -s "$name" -x "$columns" -y "$rows" "env TERM=xterm-256color COLORTERM=truecolor $bin/syncscope demo"
  tmux -L shot$$ set-option -ga terminal-overrides ',*:Tc'
  sleep "${WAIT:-12}"
  for key in "$@"; do
    tmux -L shot$$ send-keys -t "$name" "$key"
    sleep 0.3
  done
  tmux -L shot$$ capture-pane -t "$name" -e -p | "$bin/draw" >".github/$name.svg"
  tmux -L shot$$ kill-session -t "$name" 2>/dev/null || true
}

shot demo 200 60
shot small 80 24
shot filter 120 40 Tab '&' l i c e n s Enter
