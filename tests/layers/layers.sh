#!/bin/sh
# layers.sh ROOT: fails on an include that goes up the layers, between sys and store, between two tools, or from
# libcore to a tool. Includes are written relative to libcore, or name a file beside the tool's own.
set -eu
cd "$1"

# Every project include as "file:include"; an angle include is the project's where libcore has such a file.
includes() {
  find libcore tools -name '*.[ch]pp' -exec grep -H '^[[:space:]]*#[[:space:]]*include' {} + |
    sed -n 's/^\([^:]*\):[^"<]*\(["<]\)\([^">]*\)[">].*/\1 \2 \3/p' |
    while read -r file bracket include; do
      if [ "$bracket" = '"' ] || [ -f "libcore/$include" ]; then echo "$file:$include"; fi
    done
}

# The layers that a layer may include, itself among them.
allowed() {
  case $1 in
    base) echo base ;;
    store) echo base store ;;
    sys) echo base sys ;;
    metrics) echo base store sys metrics ;;
    diag) echo base store sys metrics diag ;;
    cli) echo base store sys metrics diag cli ;;
  esac
}

problem() {
  echo "$1 includes \"$2\": $3"
}

check() {
  file=$1 include=$2 layer=${2%%/*}
  case $file in
    libcore/*)
      own=${file#libcore/} own=${own%%/*}
      if [ ! -f "libcore/$include" ]; then
        problem "$file" "$include" "not a file of libcore"
      elif ! allowed "$own" | tr ' ' '\n' | grep -qx -e "$layer"; then
        problem "$file" "$include" "$own may not use $layer"
      fi
      ;;
    tools/*)
      own=${file#tools/} own=${own%%/*}
      case $include in
        *..*) problem "$file" "$include" "leaves the tool's folder" ;;
        *) [ -f "libcore/$include" ] || [ -f "tools/$own/$include" ] || problem "$file" "$include" "neither libcore's nor $own's own" ;;
      esac
      ;;
  esac
}

found=$(includes | while IFS=: read -r file include; do check "$file" "$include"; done)
[ -z "$found" ] || { echo "$found"; exit 1; }
