#!/bin/bash
# Prints docs/commands.md, the reference of every command and option, from the program's own help:
#   docs/make_commands.sh build/release/galen > docs/commands.md
set -euo pipefail
galen=$1

# topics COMMAND…: the names in its help under $heading, on lines such as `  NAME  meaning`.
topics() { "$galen" "$@" --help | awk -v heading="$heading" '$0 == heading {on = 1; next} on && !/^  [a-z]/ {exit} on {print $1}'; }
# forms COMMAND: the second words of lines such as `galen COMMAND NAME …    meaning` in its help.
forms() { "$galen" "$1" --help | sed -nE "s/^galen $1 ([a-z]+) .*    .*/\1/p"; }

section() {
  printf '\n%s galen %s\n\n```text\n' "$1" "${*:2}"
  "$galen" "${@:2}" --help
  printf '```\n'
}

cat << 'END'
# Commands

This page is the output of `galen COMMAND --help` for each command, made by `docs/make_commands.sh`. The command line overrides the configuration
file, the file the default ([runs.md](runs.md#configuration)).
END
printf '\n```text\n'
"$galen" --help
printf '```\n'
heading=Commands
for command in $(topics); do
  heading=Models
  section '##' "$command"
  for name in $(forms "$command"); do section '###' "$command" "$name"; done
  for model in $(topics "$command"); do section '###' "$command" --help "$model"; done
  heading=Commands
done
