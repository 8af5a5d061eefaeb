# The completion for bash: commands, options, reports, formats and kinds, as the program has them.
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
