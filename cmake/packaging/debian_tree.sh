#!/bin/sh
# debian_tree.sh PREFIX CHANGELOG AWK-ARGUMENT...: makes an install tree what Debian expects of a package's. The arguments
# are the variables of debian_changelog.awk.
set -eu
here=$(dirname "$(readlink -f "$0")")
cd "$1"
changelog=$2
shift 2

find share/man -type f -exec gzip -9n {} +
mv share/zsh/site-functions share/zsh/vendor-completions
awk "$@" -f "$here/debian_changelog.awk" "$changelog" | gzip -9n >share/doc/longhaul/changelog.gz
