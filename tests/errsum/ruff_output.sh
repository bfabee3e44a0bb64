#!/bin/sh
# ruff_output.sh BYTES < CASE > OUTPUT
# Makes a long `ruff check` output from a real one: the same findings again and again, each time in a directory of
# their own, so that none is a repetition, and one total at the end.
set -eu
awk -v bytes="$1" '
  /^Found [0-9]+ errors?\.$|^\[\*\] / { next }
  { line[++n] = $0; if ($0 ~ /^ *--> /) { place[n] = 1; ++found } }
  END {
    for (copy = 1; size < bytes; ++copy)
      for (i = 1; i <= n; ++i) {
        text = line[i]
        if (i in place) sub(/--> /, "--> part" copy "/", text)
        size += length(text) + 1
        print text
      }
    print "Found " found * (copy - 1) " errors."
  }'
