#!/usr/bin/env bash
# Builds pcreport and runs its main job on sample-data: scripts/demo.sh [folder for the store and the reports]
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-out}

scripts/install-packages.sh build
echo "building (build/release)"
cmake --preset release >build-demo.log 2>&1 && cmake --build --preset release >>build-demo.log 2>&1 || {
    tail -n 30 build-demo.log >&2
    echo "the build failed; the whole log is in build-demo.log" >&2
    exit 1
}
rm -f build-demo.log

pcreport=build/release/pcreport
mkdir -p "$out"
as_of=$(cat sample-data/as-of.txt)
echo "\$ $pcreport run --db $out/sample.db --inbox sample-data --out $out --as-of $as_of"
status=0
"$pcreport" run --db "$out/sample.db" --inbox sample-data --out "$out" --as-of "$as_of" || status=$?
if [ $status -eq 3 ]; then
    echo "(exit status 3: done, but some rows of the dirty file were rejected, as they should be)"
elif [ $status -ne 0 ]; then
    exit $status
fi

cat <<END

Open this page first:
  $out/${as_of%%T*}/index.html

All of the reports:
$(find "$out/${as_of%%T*}" -maxdepth 1 -type f | sort | sed 's/^/  /')
One file for each party and region:
$(find "$out/${as_of%%T*}" -mindepth 2 -type f | sort | sed 's/^/  /')
Try next:
  $pcreport explain --db $out/sample.db --as-of $as_of 00-DB-5A-E1-00-00-00-10
  sample-data/README.md tells what is the matter with each Device
END
