#!/bin/sh
# memwatch.sh [SECONDS]: what memwatch costs while nothing happens (over so many seconds, 60 where nothing is said) beside
# earlyoom and a loop around ps; how far a process that takes a gigabyte a second comes before it is stopped; how near its
# figure is to the summed proportional set size; what its start costs; and how long admission takes beside GNU parallel's
# --memfree. One table: what, memwatch's figure, the peer's, their ratio, the bar.
set -eu
here=$(dirname "$(readlink -f "$0")")
seconds=${1:-60}
case $seconds in '' | *[!0-9]*) echo "memwatch.sh: '$seconds' is not a number of seconds" >&2; exit 2 ;; esac
# Where all benchmarks are given a size in bytes, this one has its own.
[ "$seconds" -le 3600 ] || seconds=60
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
cat >"$folder/grow.c" <<'END'
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
/* grow RATE MOST: takes and touches RATE bytes a second up to MOST, a mebibyte at a time. */
int main(int count, char **words) {
  const double rate = atof(words[1]), most = atof(words[2]);
  const size_t step = 1 << 20;
  struct timespec begun, now;
  double done = 0;
  if (count != 3) return 2;
  clock_gettime(CLOCK_MONOTONIC, &begun);
  while (done < most) {
    memset(malloc(step), 1, step);
    for (done += step;; usleep(200)) {
      clock_gettime(CLOCK_MONOTONIC, &now);
      if (done <= rate * ((double)(now.tv_sec - begun.tv_sec) + (double)(now.tv_nsec - begun.tv_nsec) * 1e-9)) break;
    }
  }
  return 0;
}
END
cc -O2 -o "$folder/grow" "$folder/grow.c"
python3 "$here/memwatch.py" "${LONGHAUL_BIN:?}/memwatch" "$folder" "$seconds"
