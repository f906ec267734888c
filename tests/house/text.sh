#!/bin/bash
# Lengths, and what must not stand in any file of the repository: text.sh CHECKOUT
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

# This file names them, so it is left out.
texts() { files | grep -vxF tests/house/text.sh | xargs grep -HnIE "$@"; }
offend "names a package registry" "$(texts 'pypi\.|pythonhosted|deb\.debian\.org|archive\.ubuntu|download\.pytorch')"
offend "is an absolute path of one machine" "$(texts '(^|[^[:alnum:]_./])/(root|work|mnt)/[[:alnum:]_]|/home/[[:alnum:]_]')"
offend "is unfinished" "$(texts '\b(TODO|FIXME|XXX)\b')"

verdict
