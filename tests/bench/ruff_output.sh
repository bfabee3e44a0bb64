#!/bin/sh
# ruff_output.sh BYTES < CASE > OUTPUT
# Makes a long `ruff check` output from a real one: the same findings again and again, each time in a directory of
# their own, so that none is a repetition, and one total at the end.
set -eu
# The place is cut in two beforehand: mawk keeps every text that sub() ever put in, and looks through all of them.
awk -v bytes="$1" '
  /^Found [0-9]+ errors?\.$|^\[\*\] / { next }
  {
    tail[++n] = $0
    if (match($0, /^ *--> /)) {
      head[n] = substr($0, 1, RLENGTH) "part"
      tail[n] = "/" substr($0, RLENGTH + 1)
      ++found
    }
  }
  END {
    for (copy = 1; size < bytes; ++copy)
      for (i = 1; i <= n; ++i) {
        text = i in head ? head[i] copy tail[i] : tail[i]
        size += length(text) + 1
        print text
      }
    print "Found " found * (copy - 1) " errors."
  }'
