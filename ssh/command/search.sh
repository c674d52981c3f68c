# Finds in a log and its rotated files, packed or not, what is about a sync: any
# Linux shell with grep, tail, head and awk; it writes nothing. Sent as follow.sh
# is: each line is joined to the next by a blank.
#
# Arguments: file, how many of its bytes count, seconds to begin new work in, how
# many rotated files, the most lines and bytes of what t prints, t, then classes of
# lines: lines before and after each match, the most lines and bytes, the pattern.
# Of each class the last lines come.
# Standard output: "= FILE", "+ CLASS" and numbered lines, the newest file first;
# "! time" where not all was looked at. It ends once the first class (an attempt)
# and the last one (a success) have lines, or each file was looked at.

renice -n 19 -p $$ >/dev/null 2>&1; export LC_ALL=C; f=$1 size=$2 end=$(($(date +%s)+$3)) most=$4 tl=$5 tb=$6 tp=$7; shift 7;
[ -r "$f" ] || exit 3;
r() { case $p in "$f") head -c $size <"$p";; *.gz) zcat <"$p";; *) cat <"$p";; esac | tail -c 67108864; };
late() { [ $(date +%s) -ge $end ] && echo "! time"; };
c() { o=$(r | grep -anE -B $1 -A $2 -e "$5" | tail -n $3 | tail -c $4); [ -n "$o" ] && printf "+ %s\n%s\n" $k "$o"; };

# t is one line of each three minutes: that the log was looked at there.
t() { echo "+ t"; r | awk "$tp" | tail -n $tl | tail -c $tb; };

one() { k=0; while [ $# -ge 5 ]; do late && exit;
if c "$@"; then [ $k = 0 ] && a=1; [ $# -gt 9 ] || g=1; fi; k=$((k+1)); shift 5; done; late || t; };

a= g=;
{ echo "$f"; ls -1t -- "$f".[0-9]* "$f"-[0-9]* 2>/dev/null | head -n $most; } | while IFS= read -r p; do
case $p in *.bz2|*.xz|*.zst|*.zip) continue;; esac;
echo "= $p"; one "$@"; [ -n "$a" ] && [ -n "$g" ] && break; done; exit 0
