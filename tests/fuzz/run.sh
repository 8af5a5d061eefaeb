#!/usr/bin/env bash
# Fuzzes every parser with libFuzzer under AddressSanitizer and UndefinedBehaviorSanitizer, one after the other:
# tests/fuzz/run.sh [SECONDS each (60) [NAME...]]
#
# What it finds on the way is kept in build/fuzz/found/NAME, so that the next run goes on from there; an input that broke
# something is left in build/fuzz. Mend it, and put the input (as small as can be) into tests/fuzz/corpus/NAME.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
shift || true
build=build/fuzz

command -v clang >/dev/null && compgen -G '/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-*' >/dev/null || {
    echo "libFuzzer is missing: apt-get install clang libclang-rt-14-dev" >&2
    exit 1
}
cmake -S . -B $build -G Ninja -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Debug -DPCREPORT_HARDEN=OFF -DPCREPORT_FUZZ=ON -DBUILD_TESTING=ON \
    -DCMAKE_C_FLAGS_DEBUG="-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all" >/dev/null
names=("$@")
[ ${#names[@]} -gt 0 ] || mapfile -t names < <(cd tests/fuzz && ls ./*.c | sed -nE '/replay/d; s/^\.\/(.*)\.c$/\1/p')
cmake --build $build --target "${names[@]/#/fuzz_}" | tail -1
for name in "${names[@]}"; do
    dictionary=()
    [ ! -e "tests/fuzz/$name.dict" ] || dictionary=(-dict="tests/fuzz/$name.dict")
    mkdir -p "$build/found/$name"
    echo "$name: $seconds s"
    $build/tests/fuzz/fuzz_$name -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$build/$name-" "${dictionary[@]}" "$build/found/$name" "tests/fuzz/corpus/$name" \
        >"$build/$name.log" 2>&1 || {
        tail -n 40 "$build/$name.log" >&2
        echo "$name: found something; the whole log is $build/$name.log" >&2
        exit 1
    }
    sed -nE 's/^stat::number_of_executed_units: +/  inputs tried: /p' "$build/$name.log"
done
