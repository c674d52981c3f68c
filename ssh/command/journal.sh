# The remote side of a followed journal: bash, journalctl and /proc; it writes
# nothing. Sent as follow.sh is, and speaks as that does.
#
# Arguments: nonce, longest silence in seconds, cursor of the last entry that we
# have ("": none, begin with what comes). The entry at the cursor comes again, so
# that we can see that the journal still has it.

exec 2>/dev/null; export LC_ALL=C;
n=$1 lim=$2 c=$3 B= last=0 b=;
read -r y </proc/sys/kernel/random/boot_id; printf "\036%s HELLO %s\n" $n $y;
if [ -n "$c" ]; then set -- --no-tail --cursor="$c"; else set -- -n 0; fi;
journalctl -q --no-pager -o json -f "$@" </dev/null & j=$!;
trap "kill \$j" EXIT; trap "exit 9" HUP INT TERM PIPE;
while kill -0 $j; do IFS= read -r -t 1 b; e=$?;
if [ $e = 0 ]; then last=$SECONDS; kill -0 $B || { printf "\036%s BEAT\n" $n & B=$!; };
elif [ $e -gt 128 ]; then [ $((SECONDS-last)) -lt $lim ] || exit 5; else exit 0; fi; done
