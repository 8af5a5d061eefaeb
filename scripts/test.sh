#!/usr/bin/env bash
# Builds everything with sanitizers and runs every test: scripts/test.sh [ctest options, e.g. -R rules]
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-packages.sh test
cmake --preset dev >/dev/null
cmake --build --preset dev
ctest --preset dev -j "$(nproc)" "$@"
