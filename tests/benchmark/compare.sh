#!/bin/sh
# Times two commands in turn (A B A B …) and prints the medians and their ratio: user+system seconds, wall
# seconds, peak memory. Ratios hold where single times do not, because both run under the same load.
#
#   compare.sh ROUNDS PREPARE A B     each a shell command; PREPARE runs before each, untimed
set -eu
rounds=$1 prepare=$2 a=$3 b=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
time_one() {
  sh -c "$prepare"
  /usr/bin/time -o "$work/one" -f '%U %S %e %M' sh -c "exec $2" >"$work/out" 2>&1 || {
    echo "failed: $2" >&2
    cat "$work/out" >&2
    exit 1
  }
  cat "$work/one" >>"$work/$1"
}
round=0
while [ "$round" -lt "$rounds" ]; do
  time_one a "$a"
  time_one b "$b"
  round=$((round + 1))
done
median() { # FILE AWK-EXPRESSION
  awk "{print $2}" "$work/$1" | sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'
}
printf '%-10s %10s %10s %8s\n' '' A B A/B
for row in 'cpu_s:$1+$2' 'wall_s:$3' 'peak_kib:$4'; do
  one=$(median a "${row#*:}") two=$(median b "${row#*:}")
  awk -v name="${row%%:*}" -v a="$one" -v b="$two" \
    'BEGIN {printf "%-10s %10.3f %10.3f %8.2f\n", name, a, b, b ? a / b : 0}'
done
