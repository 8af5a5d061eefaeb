#!/usr/bin/env bash
# Installs the Debian packages that are missing: scripts/install-packages.sh build|test
# Needs root or sudo only where something is missing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

case "${1:-}" in
build) groups='build' ;;
test) groups='build|test' ;;
*)
    echo "usage: $0 build|test" >&2
    exit 64
    ;;
esac

missing=()
while read -r package; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
done < <(sed -nE "s/^($groups) //p" "$here/packages.txt")
[ ${#missing[@]} -eq 0 ] && exit 0

echo "installing with apt: ${missing[*]}"
sudo=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "these packages are missing, and neither root nor sudo is at hand to install them: ${missing[*]}" >&2
        exit 1
    fi
    sudo=sudo
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { $sudo apt-get update -q &&
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "apt could not install the packages; the lines above say why" >&2
    exit 1
fi
