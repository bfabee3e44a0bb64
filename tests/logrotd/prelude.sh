# What the end-to-end scripts of logrotd share. Sourced, in a fresh directory.
# shellcheck shell=sh disable=SC2034,SC2016 # the scripts use them; text for other programs in quotes
logrotd=${LONGHAUL_BIN:?}/logrotd

# shellcheck source=tests/end_to_end.sh
. "${LONGHAUL_SOURCE:?}/tests/end_to_end.sh"
# text_of ARCHIVE: its entries.
text_of() {
  case $1 in *.gz) gzip -dc "$1" ;; *.zst) zstd -dcq "$1" ;; *) cat "$1" ;; esac
}
# joined LOG: its archives and itself, in the order of their names.
joined() {
  for archive in "$1".2*; do
    [ ! -e "$archive" ] || text_of "$archive"
  done
  cat "$1"
}
archives() { find . -name "$1.2*" | wc -l; }
# numbered FROM TO: lines that say which they are.
numbered() { seq "$1" "$2" | sed 's/.*/{"n":&,"level":"info","text":"some words to make it longer"}/'; }
