#!/bin/bash
# Installs what Galen is built from: Debian packages, and LibTorch out of its Python wheel in .galen/python. launch/packages names them.
#
#   launch/setup.sh           what building and running need
#   launch/setup.sh --tests   also what the tests compare with
#
# What is there already is left alone, so a second run only looks. A LibTorch named by Torch_DIR or CMAKE_PREFIX_PATH, an MPI whose mpicc
# is on the PATH, and an HDF5 named by HDF5_ROOT are used instead of ours.
set -euo pipefail
cd "$(dirname "$0")/.."
source launch/packages

with_tests=no
case "${1:-}" in
  "") ;;
  --tests) with_tests=yes; debian+=("${debian_tests[@]}") ;;
  *) echo "usage: launch/setup.sh [--tests]" >&2; exit 2 ;;
esac

# fail WHAT [WHAT TO DO]…
fail() {
  echo "setup: $1" >&2
  shift
  [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
  exit 1
}

# Debian packages that neither dpkg nor the user's own installations provide.
missing_debian_packages() {
  local wanted=() package
  for package in "${debian[@]}"; do
    case "$package" in
      libopenmpi-dev | openmpi-bin) command -v mpicc > /dev/null && command -v mpirun > /dev/null && continue ;;
      libhdf5-dev) [ -n "${HDF5_ROOT:-}" ] && continue ;;
    esac
    wanted+=("$package")
  done
  comm -23 <(printf '%s\n' "${wanted[@]}" | sort) \
    <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2> /dev/null | sed -n 's/^installed //p' | sort)
}

install_debian_packages() {
  if ! command -v apt-get > /dev/null; then
    echo "setup: no apt-get here. Galen needs what these Debian packages hold: ${debian[*]}" >&2
    return
  fi
  local missing
  mapfile -t missing < <(missing_debian_packages)
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" -ne 0 ]; then
    fail "these packages are missing, and installing them takes root. Run this, then setup again:" \
      "sudo apt-get install --yes --no-install-recommends ${missing[*]}"
  fi
  echo "setup: installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq || fail "apt-get update failed: see above. Check the network and /etc/apt/sources.list."
  apt-get install --yes -qq --no-install-recommends "${missing[@]}" > /dev/null ||
    fail "apt-get could not install ${missing[*]}: see above." "Check the network and the free disk space, then run setup again."
}

# install_python_packages WHAT SIZE PACKAGE…: with pip, into .galen/python, which is made where it is missing.
install_python_packages() {
  local what=$1 size=$2
  shift 2
  echo "setup: installing $what into .galen/python ($size)"
  [ -x .galen/python/bin/python ] || python3 -m venv .galen/python || fail "python3 cannot make a virtual environment in .galen/python."
  .galen/python/bin/python -m pip install --quiet --no-input --disable-pip-version-check "$@" ||
    fail "the installation of $what failed: see above." \
      "Check the network (https_proxy, PIP_INDEX_URL) and the free disk space, then run setup again; what arrived is kept." \
      "For LibTorch you can also unpack one yourself, and set Torch_DIR to its share/cmake/Torch."
}

has_own_libtorch() {
  local folder
  [ -n "${Torch_DIR:-}" ] && return
  IFS=: read -ra folders <<< "${CMAKE_PREFIX_PATH:-}"
  for folder in "${folders[@]}"; do
    [ -e "$folder/lib/libtorch_cpu.so" ] && return
  done
  return 1
}

has_nvidia_driver() { [ -e /proc/driver/nvidia/version ] || [ -e /usr/lib/wsl/lib/libcuda.so.1 ]; }

# once NAME PROOF COMMAND…: runs the command unless it was run for these very packages and PROOF is there.
once() {
  local stamp=.galen/installed-$1 proof=$2 state
  shift 2
  state=$(sha256sum <<< "$*")
  [ "$(cat "$stamp" 2> /dev/null)" = "$state" ] && compgen -G "$proof" > /dev/null && return
  "$@"
  echo "$state" > "$stamp"
}

install_debian_packages
site='.galen/python/lib/python3*/site-packages'
if has_own_libtorch; then
  echo "setup: using the LibTorch of ${Torch_DIR:-CMAKE_PREFIX_PATH}"
elif has_nvidia_driver; then
  once libtorch "$site/torch/lib/libtorch_cuda.so" install_python_packages "LibTorch with CUDA" "4.7 GB" "${libtorch[@]}"
else
  once libtorch "$site/torch/lib/libtorch_cpu.so" \
    install_python_packages "LibTorch for CPUs" "1.3 GB" --no-deps "${libtorch[@]}" "${libtorch_cpu_needs[@]}"
fi
if [ $with_tests = yes ]; then
  once tests "$site/sklearn" install_python_packages "what the tests compare with" "0.5 GB" "${tests[@]}"
fi
