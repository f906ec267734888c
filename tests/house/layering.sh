#!/bin/bash
# Which folders may include which: layering.sh CHECKOUT
set -uo pipefail
cd "$1"
source tests/house/report.sh

# allow FOLDER PREFIX…: the project's headers that sources in FOLDER include begin with one of the prefixes.
allow() {
  local folder=$1
  shift
  offend "$folder/ may not include this" \
    "$(sources "$folder" | xargs -r grep -HnE '^ *# *include "' | grep -vE "\"($(IFS='|'; echo "$*"))")"
}

# only HEADER PATHS: system headers that match are included in paths that match, and nowhere else.
only() {
  offend "only $2 may include <$1>" \
    "$(sources galen comm data models trainer launch tests | grep -vE "^($2)" | xargs -r grep -HnE "^ *# *include [<\"]($1)[>\"]")"
}

allow galen galen/
allow comm comm/ galen/
allow data data/ galen/
allow models models/ galen/
allow trainer trainer/ comm/ data/ models/ galen/
allow launch launch/ trainer/ comm/ data/ models/ galen/

offend "only launch/open_mpi/ uses Open MPI's variables" \
  "$(sources launch | grep -v '^launch/open_mpi/' | xargs -r grep -HnE '"(OMPI|PMIX)_')"

only 'mpi\.h' 'comm/mpi_|launch/main|launch/node/doctor|launch/commands/bench_comm|tests/'
only 'nccl\.h' 'comm/cuda/|tests/comm/pretended_nccl'
only 'cuda[_a-z]*\.h|c10/cuda/.*|ATen/cuda/.*' '(comm|data|models|trainer/gradient|launch)/cuda/'
only '(jpeglib|jerror|tiffio)\.h' 'data/formats/images/'
only 'hdf5\.h|H5.*' 'data/hdf5'
only 'unicode/.*' 'data/text/'
only 'gdcm.*' 'data/formats/dicom/'
only 'sodium.*' 'data/import/|launch/audit/|trainer/checkpoint/|tests/trainer/checkpoint/'
only 'png\.h' 'data/formats/images/|data/inspection/png_file'
only 'boost/program_options.*' 'launch/'
only 'gtest/.*|gmock/.*' 'tests/'

offend "folders include each other in a circle" "$(python3 tests/house/circles.py . 2>&1)"

# A source that includes its own header first compiles that header alone where sources are not grouped (the preset debug);
# tests/house/CMakeLists.txt compiles the others.
for header in $(sources galen comm data models trainer launch tests | grep '\.h$'); do
  source=${header%.h}.cpp
  [ -e "$source" ] && ! grep -m1 '^#include' "$source" | grep -qF "\"$header\"" && offend "the first include must be \"$header\"" "$source"
done

verdict
