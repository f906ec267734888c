#!/bin/bash
# CTest's report of programs that skip tests, and the skips that the list refuses: skipped_tests_test.sh PROGRAM MPIRUN MPI_PROGRAM
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir data

# expect CODE WORDS DATA COMMAND…: the output of the list, after CTest has run this one command.
expect() {
  local code=$1 words=$2 data=$3 got=0
  shift 3
  printf 'add_test(one %s)\nset_tests_properties(one PROPERTIES SKIP_RETURN_CODE 77)\n' "$(printf '"%s" ' "$@")" > CTestTestfile.cmake
  ctest --output-junit junit.xml > ctest.log || got=8
  [ $got = 8 ] || GALEN_REAL_DATA=$data "$here/skipped_tests.py" --complete junit.xml > list || got=$?
  [ $got = "$code" ] && grep -qE "$words" list ctest.log || { echo "$*: $got, not $code with '$words'"; cat ctest.log list; exit 1; }
}

expect 0 'Passed' none "$1" --gtest_filter=*.Nothing
expect 0 'one Skipping.ForWantOfAGpu: needs a GPU: none' none "$1" --gtest_filter=*.Nothing:*Gpu
expect 1 'one Skipping.ForWantOfAProgram: needs strace' none "$1" --gtest_filter=*.Nothing:*Gpu:*Program
expect 0 'ForWantOfData: needs idx/' none "$1" --gtest_filter=*Data
expect 1 'ForWantOfData: needs idx/' data "$1" --gtest_filter=*Data
expect 8 'Failed' none "$1" --gtest_filter=*Gpu:*Failure
expect 0 'needs a GPU' none "$2" -np 3 "$3" --gtest_filter=*.Nothing:*Gpu
expect 1 'needs strace' none "$2" -np 2 "$3" --gtest_filter=*.Nothing:*Program
expect 8 'Failed' none "$2" -np 2 "$3" --gtest_filter=*Gpu:*Failure
expect 1 'one: needs root' none sh -c 'echo skipped: needs root; exit 77'
expect 1 'without a reason' none sh -c 'exit 77'
