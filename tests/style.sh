#!/usr/bin/env bash
# clang-format and cppcheck find nothing to say about our code.
set -euo pipefail
cd "$SOURCE_DIR"
mapfile -t files < <(find src include tests -name '*.[ch]' | sort)
clang-format --dry-run --Werror "${files[@]}"
cppcheck --std=c11 --language=c --enable=warning,performance,portability --inline-suppr --quiet --error-exitcode=1 \
    --suppress=missingIncludeSystem -D_GNU_SOURCE -Iinclude $(find src -mindepth 1 -type d -printf '-I%p ') src
