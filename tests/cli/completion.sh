# The completion for bash, zsh and fish: commands, options, reports, formats and kinds, as the program has them.
. "$(dirname "$0")/lib.sh"

run 0 help --completion bash
silent
cp out.txt completion.bash
bash -n completion.bash || fail "the script is no bash"
run 64 help --completion tcsh

# complete_words WORD...: what is offered for the last word, in completions.txt.
complete_words() {
    bash -c 'source ./completion.bash
        COMP_WORDS=(pcreport "$@")
        COMP_CWORD=$#
        _pcreport "$PCREPORT"
        printf "%s\n" "${COMPREPLY[@]}"' bash "$@" | sort >out.txt
}
offers() { # offers WORD...: each of them
    for word in "$@"; do
        grep -qxF -- "$word" out.txt || fail "does not offer $word"
    done
}
only() {
    printf '%s\n' "$@" | sort >want
    same want out.txt
}

complete_words ""
"$PCREPORT" help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p' >commands
offers $(cat commands) --help --version
complete_words rep
only report
complete_words report ""
"$PCREPORT" report --list | sed 's/ .*//' >reports
offers $(cat reports)
complete_words report supplier-f
only supplier-failures
complete_words help exp
only explain
for command in $(grep -vx help commands); do
    complete_words "$command" --
    offers $("$PCREPORT" "$command" --help | sed -nE 's/^ +(-[a-z], )?(--[a-z-]+=?).*/\2/p')
done
complete_words report --format = js
only json
complete_words report --format =
offers csv json table
complete_words ingest --kind inv
only inventory
complete_words report --verdict = UN
only UNVERIFIED
complete_words report --device-type = ES
only ESME
complete_words report --log-format = ""
only json text
complete_words ingest ""
only "" # bash offers files then
complete_words config ""
only check show
complete_words pack s
only ssc
complete_words explain --format = ""
only html text
complete_words changes --change = NE
only NEW
complete_words run --require = srv
only srv-audit=
complete_words run --fail-on = ""
offers FAIL= FAIL_AT_MOST= UNVERIFIED= TRUE_FAILURE= NEW_FAILURE= rejects= TOLERANCE
[ "$(sort out.txt | uniq -d)" = "" ] || fail "offers a word twice"
for value in $(grep = out.txt | grep -v NEW_FAILURE); do
    run 66 report --db=none.db "--fail-on=${value}1" devices # is a limit, as far as the store that is missing
done
complete_words report --fail-on = NEW
only ""
complete_words help --comp
only --completion
complete_words help --completion ""
only bash fish zsh

# fish tells what it would offer
run 0 help --completion fish
cp out.txt pcreport.fish
fish_words() { fish --no-config -c "source pcreport.fish; complete -C 'pcreport $1'" | cut -f1 | sort >out.txt; }
mkdir bin
ln -s "$PCREPORT" bin/pcreport
export PATH=$DIR/bin:$PATH
fish_words ""
offers $(cat commands)
fish_words "report supplier-f"
only supplier-failures
fish_words "report --format="
only --format=csv --format=json --format=table --format=xlsx
fish_words "changes --change N"
only NEW
fish_words "run --require srv"
only srv-audit=
fish_words "help --completion "
only bash fish zsh
fish_words "config "
offers check show
for command in $(grep -vx help commands); do
    fish_words "$command --"
    offers $("$PCREPORT" "$command" --help | sed -nE 's/^ +(-[a-z], )?(--[a-z-]+).*/\2/p')
done

# zsh completes in a terminal of its own
mkdir zsh
run 0 help --completion zsh
cp out.txt zsh/_pcreport
cat >drive.zsh <<'END'
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PROMPT= RPROMPT= ; fpath=($PWD/zsh \$fpath); autoload -Uz compinit; compinit -u -D"
zpty -w z 'pcreport() { if [[ $2 = --list ]]; then command pcreport "$@"; else print -r -- "GOT[$*]"; fi; }; print REA""DY'
zpty -r -m z line '*READY*'
while read -r typed; do
    zpty -w -n z "pcreport $typed"$'\t\n'
    zpty -r -m z line '*GOT\[*\]*'
    print -r -- "${${line##*GOT\[}%%\]*}"
done
zpty -d z
END
cat >typed <<END
repo
report supplier-f
report --verd
report --verdict=UNV
report --device-type=ESM
changes --change=RECL
explain --format=ht
config sh
ingest --kind=invent
run --fail-on=TOL
help --completion fi
help exp
END
TERM=dumb timeout 120 zsh -f drive.zsh <typed | sed 's/ *$//' >got
cat >want <<END
report
report supplier-failures
report --verdict
report --verdict=UNVERIFIED
report --device-type=ESME
changes --change=RECLASSIFIED
explain --format=html
config show
ingest --kind=inventory
run --fail-on=TOLERANCE
help --completion fish
help explain
END
same want got
