#!/bin/bash
# Lengths of files and functions, and words that no file of the repository may contain: text.sh CHECKOUT
set -uo pipefail
cd "$1"
source tests/house/report.sh

files() { git ls-files --cached --others --exclude-standard 2> /dev/null || find . -type f -not -path './build/*' -not -path './.*' -printf '%P\n'; }

# at_most LINES FILE
at_most() {
  local lines
  [ -e "$2" ] || return
  lines=$(wc -l < "$2")
  [ "$lines" -lt "$1" ] || offend "must stay under $1 lines" "$2 has $lines"
}

at_most 300 trainer/trainer.cpp
at_most 151 README.md
offend "must have lines of at most 140 characters" "$(LC_ALL=C.UTF-8 grep -HnE '^.{141}' README.md)"
while read -r source; do at_most 400 "$source"; done < <(sources comm data galen models trainer launch tests)

offend "must stay short" "$(python3 tests/house/functions.py .)"

# This file names them, so it is left out.
texts() { files | grep -vxF tests/house/text.sh | xargs grep -HnIE "$@"; }
offend "names a package registry" "$(texts 'pypi\.|pythonhosted|deb\.debian\.org|archive\.ubuntu|download\.pytorch')"
offend "is an absolute path of one machine" "$(texts '(^|[^[:alnum:]_./])/(root|work|mnt)/[[:alnum:]_]|/home/[[:alnum:]_]')"
offend "is unfinished" "$(texts '\b(TODO|FIXME|XXX)\b')"


# Plain technical English: short sentences, the present tense, the field's words. Ranks, processes and files have verbs of machines: they fail,
# wait, report, ignore; they are not told or heeded, and nothing befalls them.
offend "is archaic" "$(texts '\b([Bb]ef[ae]ll(s|en|ing)?|[Hh]eed(s|ed|ing)?|[Ww]hereupon|[Ll]est|[TtWw]hence|[Hh]ence(forth)?)\b')"
offend "is archaic" "$(texts '\b([Tt]here(of|in|upon)|[Ww]here(in|of|with)|[Aa]lbeit|[Ww]hilst|[Aa]mongst|[Aa]new|borne|foretold)\b')"
offend "makes a person of a program (it)" "$(texts '\b(he|him|his|himself)\b[^\\"=(:]|\bHe (is|was|has|had|waits|who)\b')"
offend "is told (reported, recorded, refused)" "$(texts '\b([Ii]s|[Aa]re|[Ww]as|[Ww]ere|[Bb]e|[Bb]een|[Bb]eing) told\b|\b[Tt]old (of|in|by|apart)\b')"
offend "tells of, speaks of (reports, means)" "$(texts '\b([Tt]ells?|[Ss]peaks?) of\b')"
offend "is archaic" "$(texts '\b[Ll]eave (the|it|them|one|--)[^;]* away\b|\bfor lost\b|\b[Ww]ithout a word\b|\btakes? leave\b')"
offend "is a heartbeat, a last message, a recovery" "$(texts '\b[Ss]igns? of life\b|\blast words of\b|\bma[dk]es? good (for )?it\b|\bgone on with\b')"
offend "is archaic" "$(texts '\bthere any more\b|\bfor ever\b|\bstir(s|red)\b|\bnobody takes\b|\bwho has (announced|come|gone|fallen)\b')"

verdict
