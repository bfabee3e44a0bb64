#!/bin/sh
# in_fresh_directory.sh COMMAND [ARGUMENT...]: runs the command in a new directory, which is gone afterwards.
set -eu
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
HOME=$directory
export HOME
unset XDG_STATE_HOME LONGHAUL_SHADOW_LOG
status=0
"$@" || status=$?
exit "$status"
