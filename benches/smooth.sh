#!/usr/bin/env bash
# The headline job in smooth colours, whole, from the start of the process to the closed file: juliaset
# against the plain C program benches/smooth_peer.c, in turn. It needs gcc and zlib (Debian's gcc and
# zlib1g-dev), and bash and awk.
#
#   cargo build --release && benches/smooth.sh
#
#   --juliaset FILE     the binary [default: target/release/juliaset, or else the one on the path]
#   --runs N            how often each is timed [default: 5]
set -euo pipefail
# Numbers with a point.
export LC_ALL=C

die() { printf 'smooth.sh: %s\n' "$*" >&2; exit 1; }
here=$(cd "$(dirname "$0")" && pwd)
juliaset= runs=5
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || die "$1: needs a value"
    case $1 in
        --juliaset) juliaset=$2 ;;
        --runs) runs=$2 ;;
        *) die "$1: no such option" ;;
    esac
    shift 2
done
[[ $runs =~ ^[1-9][0-9]*$ ]] || die "--runs $runs: must be a whole number from 1 on"
if [ -z "$juliaset" ]; then
    juliaset=$here/../target/release/juliaset
    [ -x "$juliaset" ] || juliaset=$(command -v juliaset) || die "no juliaset: name it by --juliaset"
fi
juliaset=$(realpath "$juliaset")
[ -x "$juliaset" ] || die "$juliaset: cannot be run"
command -v gcc >/dev/null || die "no gcc: install Debian's gcc, or what is like it"
gcc -E -include zlib.h -x c /dev/null >/dev/null 2>&1 ||
    die "no zlib.h: install Debian's zlib1g-dev, or what is like it"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
gcc -O3 -march=native -ffast-math -fopenmp -o "$out/peer" "$here/smooth_peer.c" -lz -lm

headline=(-x=-0.1 -X=0.1 -y=-0.1 -Y=0.1 -m=20 -M=100 -R=4000 --engine cpu --quiet)
gray() { "$juliaset" "${headline[@]}" -o "$out/gray.png"; }
smooth() { "$juliaset" "${headline[@]}" --palette magma --smooth -o "$out/smooth.png"; }
peer() { "$out/peer" "$out/peer.png" >>"$out/parts"; }

# A line: seconds by the clock, and seconds of all processors.
TIMEFORMAT='%R %U %S'
timed() { { time "$1" 2>&3; } 3>&2 2>>"$out/$1.times"; }
for ((run = 0; run < runs; run++)); do
    for name in peer smooth gray; do
        timed $name || die "$name failed"
    done
done

# The median of the numbers of standard input.
median() { sort -g | awk '{ n[NR] = $1 } END { print (n[int((NR + 1) / 2)] + n[int(NR / 2) + 1]) / 2 }'; }
clock() { awk '{ print $1 }' "$out/$1.times" | median; }
processor() { awk '{ print $2 + $3 }' "$out/$1.times" | median; }
row() { # name, what it is
    awk -v name="$2" -v clock="$(clock "$1")" -v processor="$(processor "$1")" \
        -v of_clock="$(clock peer)" -v of_processor="$(processor peer)" \
        -v bytes="$(wc -c <"$out/$1.png")" \
        'BEGIN { printf "%-34s %7.3f %7.2f %9.3f %7.2f %12d\n", name, clock, clock / of_clock,
                 processor, processor / of_processor, bytes }'
}
printf 'medians of %s runs in turn, in seconds; ratios to the C program; load %s\n\n' \
    "$runs" "$(uptime | sed 's/.*load average[s]*: //')"
printf '%-34s %7s %7s %9s %7s %12s\n' '' clock ratio processor ratio bytes
row peer 'smooth_peer.c'
row smooth 'juliaset --palette magma --smooth'
row gray 'juliaset (gray)'
printf '\nthe C program by the clock: pixels %s, file %s\n' \
    "$(awk '{ print $2 }' "$out/parts" | median)" "$(awk '{ print $4 }' "$out/parts" | median)"
