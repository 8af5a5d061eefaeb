#!/usr/bin/env bash
# How many lines of its parser (parsers.txt) the corpus of each fuzz driver reaches: tests/fuzz/coverage.sh [NAME...]
# With SHOW=1 the lines that it does not reach are told, too. Needs clang and llvm.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=build/fuzz-coverage
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake -S . -B $build -G Ninja -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Debug -DPCREPORT_HARDEN=OFF -DBUILD_TESTING=ON \
    -DCMAKE_C_FLAGS_DEBUG="-O0 -g -fprofile-instr-generate -fcoverage-mapping" >/dev/null
names=("$@")
[ ${#names[@]} -gt 0 ] || mapfile -t names < <(sed -nE 's/^([a-z0-9_+]+) .*/\1/p' tests/fuzz/parsers.txt)
mapfile -t drivers < <(printf '%s\n' "${names[@]}" | tr + '\n' | sort -u)
cmake --build $build --target "${drivers[@]/#/fuzz_}" | tail -1
for name in "${names[@]}"; do
    files=$(sed -nE "s/^${name//+/[+]} +//p" tests/fuzz/parsers.txt)
    [ -n "$files" ] || { echo "$name: not in tests/fuzz/parsers.txt" >&2; exit 1; }
    programs=()
    rm -f "$work"/*
    for driver in ${name//+/ }; do
        program=$build/tests/fuzz/fuzz_$driver
        programs+=(-object "$program")
        LLVM_PROFILE_FILE=$work/$driver.raw "$program" "tests/fuzz/corpus/$driver" 2>"$work/log" || {
            tail -3 "$work/log" >&2
            exit 1
        }
    done
    llvm-profdata merge -o "$work/profile" "$work"/*.raw
    llvm-cov export -format=lcov "${programs[@]}" -instr-profile="$work/profile" |
        awk -v name="$name" -v files="$files" -v show="${SHOW:-}" '
        BEGIN { for (n = split(files, part, " "); n > 0; n--) wanted[part[n]] = 1 }
        /^SF:/ { file = substr($0, match($0, /[^.]src\//) + 1); taken = file in wanted }
        !taken { next }
        /^DA:/ { split(substr($0, 4), at, ","); lines++; hit += at[2] > 0 }
        /^DA:/ && at[2] == 0 && show { print file ":" at[1] }
        END { printf "%-16s %5d of %5d lines  %5.1f%%\n", name, hit, lines, lines == 0 ? 0 : 100 * hit / lines }'
done
