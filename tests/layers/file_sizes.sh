#!/bin/sh
# file_sizes.sh ROOT: no file of the program or of its tests is longer than can be read in one sitting.
set -eu
cd "$1"
longest=500
found=$(find libcore tools tests -path tests/fixtures -prune -o -type f \( -name '*.[ch]pp' -o -name '*.sh' -o -name '*.py' \) -exec wc -l {} + | awk -v longest=$longest '$2 != "total" && $1 > longest')
[ -z "$found" ] || { echo "longer than $longest lines:"; echo "$found"; exit 1; }
