# The remote side of a followed log: bash, GNU tail and /proc; it writes nothing.
# Each line is joined to the next by a blank and sent as one word, so a statement
# ends with its semicolon and no single quote stands here.
#
# Arguments: file, nonce, tick and longest silence in seconds, then where to go
# on: offset, SHA-256 of the bytes before it, how many these are.
# Standard input: an empty line is a sign of life, "R OFFSET SHA LENGTH" go on from there.
# Standard output: the log's bytes; between them marks: RS nonce blank words LF.

exec 2>/dev/null; export LC_ALL=C;
f=$1 n=$2 tick=$3 lim=$4 off=$5 fp=$6 fl=$7; T= V= B= R= b= last=0 bad=0;

# end_children ends what we have started.
end_children() { local x; for x in $T $V $B; do kill $x; wait $x; done; T= V= B=; };
trap end_children EXIT; trap "exit 9" HUP INT TERM PIPE;

# listen waits at most $1 s and takes one line; it ends everything at the end of the input.
listen() { local c= e; IFS= read -r -t $1 c; e=$?; b=$b$c;
if [ $e = 0 ]; then last=$SECONDS; set -- $b; b=;
case $1 in "") kill -0 $B || { printf "\036%s BEAT\n" $n & B=$!; };; R) off=$2 fp=$3 fl=$4 R=1;; esac;
elif [ $e -gt 128 ]; then [ $((SECONDS-last)) -lt $lim ] || exit 5; else exit 0; fi; };

# await_child waits for $T, so that a reader that takes nothing never stops the watch.
await_child() { while kill -0 $T; do listen 0.02; done; wait $T; T=; };
# unable: the host has not what it takes to follow (no readlink, or a tail that cannot); it
# may still be read.
unable() { mark NONE; exit 4; };
mark() { printf "\036%s %s\n" $n "$*" & T=$!; await_child; };

# list_files gives the log and its rotations, newest first; p, the log itself, may be older
# than what a late writer still writes.
list_files() { printf "%s\n" "$p"; ls -1t -- "$p".[0-9]* "$p"-[0-9]* | head -n 24; };

# same_print: do the bytes before off in file $1 have the print? bytes_from reads on from byte $2.
bytes_from() { case $1 in *.gz) zcat <"$1" | tail -c +$2;; *) tail -c +$2 <"$1";; esac; };
same_print() { local x; x=$(bytes_from "$1" $((off-fl+1)) | head -c $fl | sha256sum); [ "${x%% *}" = $fp ]; };

# find_place finds by content where to go on, and opens it as 3. The file that was
# followed, and the one before it, which is open as 5, may have no name any more.
find_place() { local c v=0; z=;
[ $fl = 0 ] || { for c in $F /proc/$$/fd/5; do
[ $(stat -Lc %s $c) -ge $off ] && same_print $c && exec 3<$c && return; done;
while IFS= read -r c; do exec 3<"$c" || continue; src=$c;
case $c in *.gz) v=$((v+1)); [ $v -le 2 ] && same_print "$c" && return;; *.bz2|*.xz|*.zst);;
*) [ $(stat -Lc %s $F) -ge $off ] && same_print $F && return;; esac; done < <(list_files);
mark GAP; src=$p off=0; };
exec 3<"$p" || { [ -n "$p" ] || unable; mark ERR; exit 3; }; };

# next_file finds the file that follows the one at 3: one with bytes in it, or the log.
next_file() { local c; q=; while IFS= read -r c; do [ "$c" -ef $F ] && break;
[ "$c" = "$p" ] || { [ "$c" -nt $F ] || break; [ -s "$c" ] || continue; }; q=$c; done < <(list_files); };
opened() { mark OPEN $off $(stat -Lc %d:%i $F) "${src##*/}"; };
position() { local a c; while read -r a c; do [ $a = pos: ] && { o=$c; break; }; done </proc/$$/fdinfo/3; };

# head_print takes the print of the beginning of file descriptor $1: a log that is copied and
# cut between the choice of it and its opening by tail is another one.
head_print() { Z=$(stat -Lc %s /proc/$$/fd/$1); [ $Z -le 256 ] || Z=256; z=$(head -c $Z </proc/$$/fd/$1 | sha256sum); };

# hand_rest hands over the rest of a rotated file, and opens its follower. The last one
# before the log itself may still be written to, unless it is packed: it must be
# silent for two ticks.
hand_rest() { local s e=0; opened;
case $src in *.gz) e=2; zcat <$F | tail -c +$((off+1)) & ;; *) tail -c +$((off+1)) <&3 & ;; esac; T=$!; await_child; next_file;
while [ "$q" = "$p" ] && [ $e -lt 2 ]; do listen $tick; position; s=$o; cat <&3 & T=$!; await_child; position;
[ $s = $o ] || e=0; [ $s = $o ] && [ -s "$p" ] && e=$((e+1)); done;
while :; do next_file; [ -n "$q" ] && exec 4<"$q" && head_print 4 && next_file && [ "$q" -ef /proc/$$/fd/4 ] && break; listen $tick; done;
exec 5<&3 3<&4 4<&-; src=$q off=0; };

# disk_room tells whether the disk that the log is on takes a line: at first, and when that changes.
disk_room() { local a; a=$(stat -fc %f $F); case $a in "") return;; 0) a=FULL;; *) a=ROOM;; esac;
[ "$a" = "$D" ] || { D=$a; mark $a; }; };

# follow_live follows the log itself. What tail says of it comes as a mark, by its name.
# Bytes count from LIVE on: only then is it sure which file tail has opened.
# While tail begins, its third descriptor may be a library. A tail that three times does
# not open the log that is there is none that can follow.
follow_live() { local a i y; opened; mark PUMP; a=$(printf "\036%s T" $n);
(exec -a "$a" tail -c +$((off+1)) -s 0.2 --pid=$$ --follow=descriptor -- "$p") 2>&1 3<&- 4<&- 5<&- </dev/null & V=$!;
y= i=0; until [ "$y" = "$a" ] && [ /proc/$V/fd/3 -ef $F ] || ! [ "$p" -ef $F ] || [ $i = 500 ] || ! kill -0 $V; do
listen 0.01; i=$((i+1)); read -r -d "" y </proc/$V/cmdline; done;
[ "$y" = "$a" ] && [ /proc/$V/fd/3 -ef $F ] || { [ "$p" -ef $F ] && bad=$((bad+1)); [ $bad -lt 3 ] || unable; return; };
[ -z "$z" ] || [ "$(head -c $Z <$F | sha256sum)" = "$z" ] || return; mark LIVE; bad=0 e=0 hd= D=;
while [ -z "$R" ] && kill -0 $V; do disk_room; listen $tick;
[ -e "$f" ] && ! [ "$f" -ef $F ] && return;
e=$((e+1)); [ $((e%60)) = 1 ] && { y=$(head -c 256 <$F | sha256sum);
[ $(stat -Lc %s $F) -lt 256 ] && y=; [ -z "$hd" ] || [ "$y" = "$hd" ] || [ -z "$y" ] || mark OVER; hd=$y; }; done; };

F=/proc/$$/fd/3; read -r y </proc/sys/kernel/random/boot_id; mark HELLO $y;
while :; do R=; [ -e "$f" ] || mark WAIT; until [ -e "$f" ]; do listen $tick; done;
p=$(readlink -f -- "$f"); find_place; while ! [ "$p" -ef $F ]; do hand_rest; p=$(readlink -f -- "$f"); done; follow_live;
end_children; [ -n "$R" ] || mark STOP; until [ -n "$R" ]; do listen $tick; done; done
