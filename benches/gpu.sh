#!/usr/bin/env bash
# What juliaset does on a real GPU, and what a plain CUDA kernel does there: the figures of
# docs/performance.md. It needs the binary and this file, a driver, bash and awk; no network, no
# toolchain. If there is nvcc and julia.cu lies beside this file, CUDA is measured too.
#
#   benches/gpu.sh --juliaset ./juliaset --peak-single 67 --peak-double 34
#
#   --juliaset FILE     the binary [default: target/release/juliaset, or else the one on the path]
#   --adapter TEXT      the GPU, by a part of its name [default: the best]
#   --peak-single N     the device's peak in 32-bit floats, in 10^12 operations per second: no
#   --peak-double N     interface says; and in 64-bit floats. Without them there are no shares.
#   --runs N            how often each is timed [default: 5]
#   --scale N           pictures N times narrower: to try the script itself [default: 1]
#   --out DIR           where the JSON goes [default: a new folder]
set -euo pipefail

die() { printf 'gpu.sh: %s\n' "$*" >&2; exit 1; }
here=$(cd "$(dirname "$0")" && pwd)
juliaset= adapter= peak_single= peak_double= runs=5 scale=1 out=
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || die "$1: needs a value"
    case $1 in
        --juliaset) juliaset=$2 ;;
        --adapter) adapter=$2 ;;
        --peak-single) peak_single=$2 ;;
        --peak-double) peak_double=$2 ;;
        --runs) runs=$2 ;;
        --scale) scale=$2 ;;
        --out) out=$2 ;;
        *) die "$1: no such option" ;;
    esac
    shift 2
done
if [ -z "$juliaset" ]; then
    juliaset=$here/../target/release/juliaset
    [ -x "$juliaset" ] || juliaset=$(command -v juliaset) || die "no juliaset: name it by --juliaset"
fi
juliaset=$(realpath "$juliaset")
[ -x "$juliaset" ] || die "$juliaset: cannot be run"
out=${out:-$(mktemp -d)}
mkdir -p "$out"
only=(--engine gpu)
[ -z "$adapter" ] || only+=(--adapter "$adapter")

# Operations on floats in one iteration, as the shaders have them: sums, differences, products and
# square roots; comparisons and choices not. A peak counts a fused product and sum as two, as this
# does.
#   plain            z²+c 8, |z|² 3
#   exact with f32   2α+δ 2, (2α+δ)δ+residual 8, α+δ 2, |δ| and rounding 3, bound 5, |z| 4, test 3
#   exact with f64   z²+c 5, squares and their sum 3, in f64; rounding 2, bound 5, |z| 1, test 3 in f32
operations() {
    case $1 in
        *"exact with f64"*) echo "8 double" ;;
        *"exact with f32"*) echo "27 single" ;;
        *double*) echo "11 double" ;;
        *) echo "11 single" ;;
    esac
}

# The number behind a key of a row, and the median behind a key that has one.
number() { sed -n "s/.*\"$1\": \([0-9.e+-]*\).*/\1/p" <<<"$2"; }
median() { sed -n "s/.*\"$1\": {\"median\": \([0-9.e+-]*\).*/\1/p" <<<"$2"; }
text() { sed -n "s/.*\"$1\": \"\([^\"]*\)\".*/\1/p" <<<"$2"; }
# Seconds in milliseconds, with four digits.
ms() { if [ -n "$1" ]; then awk "BEGIN { printf \"%.4g ms\", 1000 * $1 }"; else echo "-"; fi; }

cuda=
if command -v nvcc >/dev/null && [ -f "$here/julia.cu" ]; then
    nvcc -O3 -o "$out/julia_cuda" "$here/julia.cu" && cuda=$out/julia_cuda
fi

printf '== the device\n\n'
"$juliaset" --version
"$juliaset" adapters
nproc=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo '?')
printf 'processors of the host: %s\nCUDA: %s\n' "$nproc" "${cuda:-none}"

job() { # name, resolution, then flags
    local name=$1 resolution=$(($2 / scale))
    shift 2
    printf '\n== %s, %s pixels wide: juliaset %s\n\n' "$name" "$resolution" "$*"
    "$juliaset" bench "${only[@]}" "$@" -R "$resolution" --runs "$runs" --json >"$out/$name.json"
    local width height iterations
    width=$(number width "$(grep '"width"' "$out/$name.json")")
    height=$(number height "$(grep '"height"' "$out/$name.json")")
    iterations=$(number iterations "$(grep '"iterations"' "$out/$name.json")")
    printf '%s × %s pixels, %s iterations, the median of %s runs\n\n' \
        "$width" "$height" "$iterations" "$runs"
    local of_cuda=
    if [ -n "$cuda" ]; then
        of_cuda=$("$cuda" "$width" "$height" "${cuda_args[@]}" "$runs") || of_cuda=
    fi
    grep '{"engine": "gpu"' "$out/$name.json" | while IFS= read -r row; do
        local precision kernel device ops type peak rate share ratio theirs
        precision=$(text precision "$row")
        kernel=$(median kernel "${row%%\"stages\"*}")
        device=$(median on_device "$row")
        read -r ops type <<<"$(operations "$(text description "$row")")"
        peak=$peak_single
        [ "$type" = single ] || peak=$peak_double
        rate=- share=- ratio=-
        if [ -n "$device" ]; then
            rate=$(awk "BEGIN { printf \"%.4g G/s\", $iterations / $device / 1e9 }")
            if [ -n "$peak" ]; then
                share=$(awk "BEGIN { printf \"%.1f %%\", 100 * $iterations * $ops / $device / ($peak * 1e12) }")
            fi
            theirs=$(awk -v name="$precision" '$1 == name { print $2 }' <<<"$of_cuda")
            if [ -n "$theirs" ]; then
                ratio=$(awk "BEGIN { printf \"%.2f\", $device / $theirs }")
            fi
        fi
        printf '%s\n' "$(text description "$row")"
        printf '  counts %s; kernel on the device %s, %s iterations; %s operations each in %s: %s of the peak\n' \
            "$(ms "$kernel")" "$(ms "$device")" "$rate" "$ops" "$type" "$share"
        printf '  time of CUDA %s; ours is %s of it\n' "$(ms "${theirs:-}")" "$ratio"
        local stages=${row#*\"stages\"}
        printf '  picture %s: start-up %s, kernel %s, copies on the device %s, read-back %s, normalise %s, encode %s\n' \
            "$(ms "$(median picture "$row")")" "$(ms "$(median start_up "$stages")")" \
            "$(ms "$(median kernel "$stages")")" "$(ms "$(median copy "$stages")")" \
            "$(ms "$(median read_back "$stages")")" "$(ms "$(median normalise "$stages")")" \
            "$(ms "$(median encode "$stages")")"
        grep -o '{"flags": [^}]*}[^}]*}' <<<"$row" | while IFS= read -r colored; do
            printf '  %s: %s, %.2f times gray\n' "$(text flags "$colored")" \
                "$(ms "$(median whole "$colored")")" "$(number times_gray "$colored")"
        done || true
    done
    if [ -n "$of_cuda" ]; then
        printf 'CUDA, by type: least time in seconds, and iterations\n%s\n' "$of_cuda"
    fi
}

failed=0
headline=(-x=-0.1 -X=0.1 -y=-0.1 -Y=0.1 -m=20 -M=100)
printf '\n== verify: the headline job\n\n'
for precision in exact double; do
    "$juliaset" verify "${only[@]}" "${headline[@]}" -R $((4000 / scale)) --precision $precision || {
        code=$?
        # Wrong pixels of a plain precision are only counted; exact must have every pixel right.
        [ $precision != exact ] || failed=$code
    }
done

cuda_args=(-0.1 0.1 0.1 -0.1 -0.835 -0.2321 2 100)
job headline 4000 "${headline[@]}"
job headline-20000 20000 "${headline[@]}" --gray
cuda_args=(-1.6 1.6 1 -1 -0.8 0.156 2 10000)
job spirals 8000 -r -0.8 -i 0.156 -m 0 -M 10000 --gray

printf '\n== where the start goes, and a device that is lost in the middle\n\n'
cd "$out"
"$juliaset" "${only[@]}" "${headline[@]}" -R $((4000 / scale)) -v -o start.png
"$juliaset" "${only[@]}" "${headline[@]}" -R $((8000 / scale)) -v -o lost.png --plant lost@12 || failed=$?
printf '\nJSON in %s\n' "$out"
[ "$failed" -eq 0 ] || die "failed, see above"
