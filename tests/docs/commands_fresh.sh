#!/bin/bash
# Whether docs/commands.md matches the program's help: commands_fresh.sh CHECKOUT GALEN
set -euo pipefail
cd "$1"
if ! diff <(docs/make_commands.sh "$2") docs/commands.md; then
  echo "docs/commands.md is out of date: docs/make_commands.sh build/release/galen > docs/commands.md"
  exit 1
fi
