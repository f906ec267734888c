# Common functions of the house checks; sourced in the root of the checkout.

offences=0

# sources FOLDER…: the C++ and CUDA files under the folders.
sources() { find "$@" \( -name '*.h' -o -name '*.cpp' -o -name '*.cu' -o -name '*.cuh' \) | sort; }

# offend RULE WHERE: reports each line of WHERE, if there is any.
offend() {
  [ -z "$2" ] && return
  offences=1
  printf '%s:\n%s\n' "$1" "$2"
}

verdict() { exit $offences; }
