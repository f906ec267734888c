#!/bin/bash
# libfuzzer.sh DRIVER FUZZER: some seconds of libFuzzer, from the driver's seeds. A finding is left beside the fuzzer, as FUZZER.crash-…;
# "DRIVER FINDING" runs it again.
set -euo pipefail
driver=$1 fuzzer=$2
seeds=$(mktemp -d)
trap 'rm -rf "$seeds"' EXIT
"$driver" --write-seeds "$seeds"
"$fuzzer" -seed=1 -runs=20000 -max_total_time=2 -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$fuzzer." -print_final_stats=1 "$seeds"
