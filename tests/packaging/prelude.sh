# What the scripts beside this have in common. Sourced, in a fresh directory: $check is the check to run, $build the build
# directory that cpack reads.
# shellcheck shell=sh disable=SC2034 # they are used by those
# shellcheck source=tests/end_to_end.sh
. "$LONGHAUL_SOURCE/tests/end_to_end.sh"
check=$1 build=$2

need() {
  for program in "$@"; do
    command -v "$program" >/dev/null || { echo "there is no $program"; exit 77; }
  done
}
# Where the build directory is not one to be packaged: a sanitizer's, or not on Debian.
need_packaging() { [ -f "$build/CPackConfig.cmake" ] || { echo 'this build is not packaged'; exit 77; }; }

# package GENERATOR: makes it here, under its own name.
package() {
  need_packaging
  [ "$1" != DEB ] || need dpkg-deb dpkg-shlibdeps file
  status 0 cpack -G "$1" -B . --config "$build/CPackConfig.cmake"
}
field() { dpkg-deb -f ./*.deb "$1"; }

tools() { for tool in "$LONGHAUL_BIN"/*; do basename "$tool"; done; }
version() { "$LONGHAUL_BIN/errsum" --version | sed 's/^errsum \(.*\) (longhaul)$/\1/'; }
