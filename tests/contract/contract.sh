#!/bin/sh
# contract.sh CHECK BINARY: one of the promises that every tool keeps, checked on one tool. CMake registers every
# function check_NAME() as the test contract.TOOL.NAME. Runs in a fresh directory; LONGHAUL_SOURCE is the source tree.
#
# samples/TOOL says how the tool is used: sample(), which calls "$binary" on an input for which something is printed;
# printing_sample(), a use where the tool prints and not a command that it runs, by default the same; and
# role=filter|gate|wrapper, for a tool with commands that of a use without one.
set -u

check=$1
binary=$2
tool=$(basename "$binary")
source_tree=$LONGHAUL_SOURCE
role=filter
printing_sample() { sample; }
# shellcheck source=tests/contract/samples/errsum
. "$source_tree/tests/contract/samples/$tool"

case $role in
  filter) trouble=2 ;;
  gate) trouble=3 ;;
  wrapper) trouble=125 ;;
esac

fail() {
  printf 'FAILED: %s\n' "$*"
  for file in out err; do
    [ ! -s "$file" ] || { printf -- '--- std%s:\n' "$file"; head -c 2000 "$file"; }
  done
  exit 1
}

# run COMMAND...: its streams in the files out and err, its status in $status.
run() {
  status=0
  "$@" >out 2>err </dev/null || status=$?
}

expect_status() { [ "$status" -eq "$1" ] || fail "status $status, not $1"; }
expect_no_output() { [ ! -s out ] || fail "stdout is not empty"; }
expect_silence() { [ ! -s err ] || fail "stderr is not empty"; }

# One line on stderr that begins with "TOOL: " and what is given.
expect_message() {
  [ "$(wc -l <err)" -eq 1 ] || fail "stderr is not one line"
  case $(cat err) in
    "$tool: $1"*) ;;
    *) fail "stderr does not begin with '$tool: $1'" ;;
  esac
}

expect_usage_error() {
  expect_status "$trouble"
  expect_no_output
  expect_message "$1"
}

options() { "$binary" --emit-options; }

# The commands of the tool, one a line; none where it has only one.
commands() { options | grep -v '^-' | cut -f1 | uniq; }

# The names of the options that --emit-options shows for a command, or of the general ones where it is empty.
option_names() {
  options | awk -F '\t' -v command="$1" '
    /^-/ { if (command == "") print $1; next }
    $1 == command { print $2 }' | tr ',' '\n' | grep .
}

# The options of the man page in the form of --emit-options, from lines like
# .It Fl f , Fl -format Ar FORMAT
# The page of a tool with commands has a section .Sh COMMANDS, and in it for each command a subsection with its words,
# as .Ss pool start, that holds the options of this command; a command without any has its subsection too. The general
# options stand in any other section, such as .Sh OPTIONS.
man_options() {
  awk '
    function end_command() {
      if (command != "" && !has_options) print command "\t\t"
      command = ""
      has_options = 0
    }
    /^\.Sh/ { end_command(); in_commands = $2 == "COMMANDS" && NF == 2 }
    /^\.Ss/ { end_command(); if (in_commands) command = substr($0, 5) }
    /^\.It Fl/ {
      names = ""; value = ""
      for (i = 2; i < NF; i++) {
        if ($i == "Fl") names = names (names == "" ? "" : ",") "-" $(i + 1)
        if ($i == "Ar") value = $(i + 1)
      }
      print (command == "" ? "" : command "\t") names "\t" value
      has_options = 1
    }
    END { end_command() }' "$source_tree/man/$tool.1"
}

# help_holds COMMAND: the help of a command, or of the tool where that is empty, holds what it has to.
# shellcheck disable=SC2086 # a command may have two words
help_holds() {
  run "$binary" $1 --help
  expect_status 0
  expect_silence
  grep -q "^Usage: $tool ${1:+$1 }" out || fail "no usage line"
  grep -q '^Examples:' out || fail "no examples"
  grep -q '^Exit status:' out || fail "no exit statuses"
  [ -z "$(awk 'length > 80' out)" ] || fail "a line is longer than 80 columns"
  option_names "$1" >names
  while read -r name; do
    grep -q -e "^  *\\(-., \\)\\?$name\\([ ,]\\|\$\\)" out || fail "${1:+$1 }--help does not show $name"
  done <names
  mv out long
  run "$binary" $1 -h
  cmp -s out long || fail "${1:+$1 }-h differs from --help"
}

check_help() {
  help_holds ''
  mv long tool
  commands >listed
  while read -r command; do
    grep -q "^  $command " tool || fail "--help does not show the command $command"
    help_holds "$command"
  done <listed
}

check_version() {
  run "$binary" --version
  expect_status 0
  expect_silence
  # Between two releases the number of commits since the last and the newest one's hash follow.
  grep -qxE "$tool [0-9]+\\.[0-9]+\\.[0-9]+(\\+[0-9]+\\.g[0-9a-f]+)? \\(longhaul\\)" out || fail "not 'TOOL N.N.N (longhaul)'"
  [ "$(wc -l <out)" -eq 1 ] || fail "more than one line"
  mv out long
  run "$binary" -V
  cmp -s out long || fail "-V differs from --version"
}

check_unknown_option() {
  run "$binary" --no-such-option
  expect_usage_error '--no-such-option: '
  run "$binary" -@
  expect_usage_error '-@: '
}

check_unknown_option_suggestion() {
  run "$binary" --versoin
  expect_usage_error '--versoin: '
  grep -q -e '--version' err || fail "the nearest option is not named"
}

check_missing_value() {
  run "$binary" --config
  expect_usage_error '--config: '
}

check_flag_with_value() {
  run "$binary" --version=1
  expect_usage_error '--version: '
}

check_config_missing() {
  run "$binary" --config no-such-file.toml
  expect_usage_error 'no-such-file.toml: '
}

check_config_unknown_key() {
  echo 'no-such-key = 1' >config.toml
  run "$binary" --config config.toml
  expect_usage_error 'config.toml:1: '
}

check_config_malformed() {
  echo '[[' >config.toml
  run "$binary" --config config.toml
  expect_usage_error 'config.toml:1: '
}

check_help_on_full_disk() {
  run sh -c '"$1" --help >/dev/full' sh "$binary"
  expect_usage_error 'stdout: '
}

check_output_on_full_disk() {
  run printing_sample
  [ -s out ] || fail "the sample prints nothing"
  # shellcheck disable=SC2317
  sample_full() { printing_sample >/dev/full; }
  run sample_full
  expect_status "$trouble"
  expect_message 'stdout: '
}

check_closed_stdout() {
  # shellcheck disable=SC2317
  sample_closed() { printing_sample >&-; }
  run sample_closed
  expect_status "$trouble"
  expect_message 'stdout: '
}

check_closed_descriptors() {
  for closed in '<&-' '2>&-' '<&- 2>&-' '<&- >&- 2>&-'; do
    run sh -c "\"\$1\" --version $closed" sh "$binary"
    [ "$status" -eq 0 ] || [ "$status" -eq "$trouble" ] || fail "status $status with $closed"
  done
  # An error message must not land in a file that took the number of stderr.
  run sh -c '"$1" --no-such-option 2>&-' sh "$binary"
  expect_status "$trouble"
  expect_no_output
}

check_broken_pipe() {
  # The reader is gone before anything is written.
  { sleep 0.2; sample 2>err; echo $? >status; } | true
  [ ! -s err ] || fail "a closed pipe is reported"
  [ "$(cat status)" -ne "$trouble" ] || fail "a closed pipe is trouble"
  run sh -c '{ sleep 0.2; "$1" --help; } | true' sh "$binary"
  expect_silence
}

check_completions() {
  for shell in bash zsh fish; do
    case $shell in
      bash) file=$tool.bash ;;
      zsh) file=_$tool ;;
      fish) file=$tool.fish ;;
    esac
    run "$binary" --emit-completion "$shell"
    expect_status 0
    cmp out "$source_tree/completions/$file" || fail "completions/$file is not up to date: ./run completions writes it"
    if command -v "$shell" >/dev/null; then "$shell" -n out || fail "$shell cannot read it"; fi
  done
}

# bash_completes WORD...: what bash offers for the last word of a command line, one a line in the file out.
bash_completes() {
  cat >complete.bash <<'END'
source "$LONGHAUL_SOURCE/completions/$1.bash"
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
"_${1//-/_}" 2>/dev/null
((${#COMPREPLY[@]})) && printf '%s\n' "${COMPREPLY[@]}"
END
  run bash complete.bash "$tool" "$@"
}

# shellcheck disable=SC2086
check_bash_completion() {
  command -v bash >/dev/null || exit 77
  bash_completes --vers
  [ "$(cat out)" = --version ] || fail "bash does not complete --vers"
  commands >listed
  while read -r command; do
    bash_completes $command --
    mv out offered
    { option_names "$command"; option_names ''; } | while read -r name; do
      case $name in --*) grep -qx -e "$name" offered || fail "bash does not offer $name after $command" ;; esac
    done || exit 1
    case $command in
      *' '*) bash_completes "${command% *}" "${command#* }" ;;
      *) bash_completes "$command" ;;
    esac
    grep -qx "${command#* }" out || fail "bash does not complete $command"
  done <listed
}

check_man_options() {
  options | sort >program
  man_options | sort >page
  diff program page || fail "the options of the program (<) and of man/$tool.1 (>) differ"
}

check_man_lint() {
  command -v mandoc >/dev/null || exit 77
  mandoc -T lint -W warning "$source_tree/man/$tool.1" || fail "mandoc objects"
}

check_man_summary() {
  summary=$(sed -n 's/^\.Nd //p' "$source_tree/man/$tool.1")
  [ -n "$summary" ] || fail "the man page has no .Nd line"
  # --help wraps the line; the first letter is a capital there.
  "$binary" --help | sed -n '2,/^$/p' | tr '\n' ' ' | grep -qi "^$summary\\. " || fail "--help does not say '$summary'"
}

variable() { printf 'LONGHAUL_%s' "$tool" | tr 'a-z-' 'A-Z_'; }

with_rollout() (
  export "$(variable)=$1"
  sample
)

check_rollout_off() {
  run with_rollout off
  expect_silence
  [ "$status" -ne "$trouble" ] || fail "off is trouble"
}

check_rollout_shadow() {
  run with_rollout off
  mv out legacy
  LONGHAUL_SHADOW_LOG=$PWD/log/shadow.jsonl
  export LONGHAUL_SHADOW_LOG
  run with_rollout shadow
  expect_silence
  cmp out legacy || fail "shadow does not behave as off does"
  grep -q "^{\"tool\":\"$tool\"," log/shadow.jsonl || fail "nothing was recorded"
}

check_rollout_for_all_tools() {
  run with_rollout off
  expected=$status
  mv out off
  export LONGHAUL=off
  run sample
  expect_status "$expected"
  expect_silence
  cmp out off || fail "LONGHAUL=off is not as $(variable)=off"
  # Its own variable counts more.
  LONGHAUL=maybe run with_rollout off
  expect_silence
}

check_rollout_by_percentage() {
  for pair in 0%=off 100%=on; do
    run with_rollout "${pair#*=}"
    expected=$status
    mv out plain
    run with_rollout "${pair%%=*}"
    expect_status "$expected"
    expect_silence
    cmp out plain || fail "${pair%%=*} is not ${pair#*=}"
  done
}

check_rollout_unknown() {
  run sample
  expected=$status
  mv out plain
  run with_rollout maybe
  expect_status "$expected"
  expect_message "warning: $(variable): "
  cmp out plain || fail "an unknown value is not taken as on"
}

"check_$check"
