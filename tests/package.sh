#!/usr/bin/env bash
# The Debian package of the plain build: lintian has nothing to say, everything is in it, and the units are sound and shut off.
set -euo pipefail
build=$(dirname "${PLAIN_PCREPORT:?}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
fault() {
    echo "$*"
    exit 1
}

cpack --config "$build/CPackConfig.cmake" -G DEB >cpack.log 2>&1 || fault "$(cat cpack.log)"
package=$(ls pcreport_*.deb)
lintian -E --pedantic --allow-root "$package" >lintian.txt 2>&1 || fault "$(cat lintian.txt)"
[ ! -s lintian.txt ] || fault "$(cat lintian.txt)"
[ "$(dpkg-deb -f "$package" Section)" = utils ] || fault "the section is not utils"

dpkg-deb -x "$package" root
for page in "$SOURCE_DIR"/man/*.[1-9]; do
    zcat "root/usr/share/man/man${page##*.}/$(basename "$page").gz" | cmp -s - "$page" || fault "$page is not in it as it is"
done
"$PLAIN_PCREPORT" help --completion bash | cmp - root/usr/share/bash-completion/completions/pcreport
"$PLAIN_PCREPORT" help --completion zsh | cmp - root/usr/share/zsh/vendor-completions/_pcreport
"$PLAIN_PCREPORT" help --completion fish | cmp - root/usr/share/fish/vendor_completions.d/pcreport.fish
for file in copyright changelog.gz README.md examples/pcreport.ini examples/pcreport.cron examples/sample-data/as-of.txt; do
    [ -s "root/usr/share/doc/pcreport/$file" ] || fault "$file is not in it"
done
root/usr/bin/pcreport config check --config=root/usr/share/doc/pcreport/examples/pcreport.ini >/dev/null

# the units: sound (but for the program, which is not installed here), and exposed by at most 2.0
units=root/usr/lib/systemd/system
systemd-analyze verify --man=no "$units"/pcreport.service "$units"/pcreport.timer 2>&1 |
    grep -v 'pcreport is not executable' >verify.txt || true
[ ! -s verify.txt ] || fault "$(cat verify.txt)"
systemd-analyze security --offline=yes --threshold=20 "$units/pcreport.service" >security.txt 2>&1 || fault "$(tail -1 security.txt)"

# what the unit runs, run as it runs it: in its folder, which holds an inbox and reports
mkdir -p state/inbox
cp "$SOURCE_DIR"/sample-data/*.* state/inbox/
line=$(sed -n 's/^ExecStart=.*pcreport //p' "$units/pcreport.service")
status=0
(cd state && "$PLAIN_PCREPORT" $line >out.txt 2>&1) || status=$?
case $status in 0 | 3 | 4) ;; *) fault "pcreport $line: $status: $(cat state/out.txt)" ;; esac
ls state/reports/*/devices.csv >/dev/null
