#!/bin/sh
# commands_tool.sh CHECK BINARY: one check of how a tool with commands reads its command line, on commands_tool.cpp.
set -eu
tool=$2

# shellcheck source=tests/end_to_end.sh
. "${LONGHAUL_SOURCE:?}/tests/end_to_end.sh"

# says STATUS MESSAGE ARGUMENT...: the tool prints nothing and ends with this message alone.
says() {
  wanted_message=$2
  wanted_status=$1
  shift 2
  status "$wanted_status" "$tool" "$@"
  [ ! -s out ] || fail "printed: $(cat out)"
  [ "$(cat err)" = "commands_tool: $wanted_message" ] || fail "not '$wanted_message' but '$(cat err)'"
}

# prints LINE ARGUMENT...
prints() {
  wanted_line=$1
  shift
  status 0 "$tool" "$@"
  [ "$(cat out)" = "$wanted_line" ] || fail "not '$wanted_line' but '$(cat out)'"
}

check_command_is_the_first_word_that_is_no_option() {
  : >empty.toml
  prints 'run none [echo] [-n] [--] [list]' run -- echo -n -- list
  prints 'run x [a]' run --name x -- a
  prints 'list text [run]' list run
  prints 'list json [a] [b]' list a -f json b
  prints 'start 3' pool start --size 3
  prints 'start 3' pool --config empty.toml start --size=3
  prints 'list text' --config empty.toml list
  prints 'list text' --config=empty.toml list
  status 1 "$tool" -q list
}

check_wrong_command_is_named_with_the_nearest() {
  says 2 "lst: unknown command, did you mean list? (try 'commands_tool --help')" lst
  says 2 "pool strat: unknown command, did you mean pool start? (try 'commands_tool --help')" pool strat
  says 2 "zzzzzz: unknown command (try 'commands_tool --help')" zzzzzz -- a
  says 2 "serv: unknown command (try 'commands_tool --help')" serv
  says 2 "--size: the options of a command stand after it (try 'commands_tool --help')" --size 3 pool start
}

check_missing_command_is_asked_for() {
  says 2 "needs a command: run, list, pool (try 'commands_tool --help')"
  says 2 "needs a command: run, list, pool (try 'commands_tool --help')" -- run
  says 2 "pool: needs one of: start, stop (try 'commands_tool --help')" pool
  says 2 "pool: needs one of: start, stop (try 'commands_tool --help')" pool -- start
  says 2 "--size: unknown option (try 'commands_tool --help')" pool --size
}

check_errors_within_a_command_point_to_its_help() {
  says 2 "--frmat: unknown option, did you mean --format? (try 'commands_tool list --help')" list --frmat
  says 2 "--size: needs a value (try 'commands_tool pool start --help')" pool start --size
  says 2 "a: unexpected operand (try 'commands_tool pool start --help')" pool start a
  says 2 "x: there is no such pool" pool stop x
}

check_role_is_that_of_the_command() {
  says 125 "--wat: unknown option (try 'commands_tool run --help')" run --wat
  says 3 "x: there is no such pool" serve x
}

check_command_stands_after_dashes() {
  hint="(try 'commands_tool run --help')"
  says 125 "run: needs a command after -- $hint" run
  says 125 "run: needs a command after -- $hint" run --name x --
  says 125 "echo: unexpected operand: the command stands after -- $hint" run echo hi
  says 125 "ls: unexpected operand: the command stands after -- $hint" run ls -l
  says 125 "ls: unexpected operand: the command stands after -- $hint" run --name x ls --color=never -- b
}

check_help_is_of_the_tool_or_of_the_command() {
  for ask in '--help' '-h' 'pool --help'; do
    # shellcheck disable=SC2086
    status 0 "$tool" $ask
    holds '^Usage: commands_tool COMMAND \[OPTIONS\] \.\.\.$' out
    holds '^  run         Say which command would be run$' out
    holds '^  pool start  Say which pool' out
    holds '^      --config FILE' out
    lacks 'internal\|serve\|--emit\|--timeout' out
  done
  for ask in 'run --help' 'run -h' '--help run' 'run -h ls'; do
    # shellcheck disable=SC2086
    status 0 "$tool" $ask
    holds '^Usage: commands_tool run \[OPTIONS\] -- COMMAND' out
    holds '^  -t, --timeout TIME' out
    holds '^      --config FILE' out
    holds '^  125 ' out
    lacks '^Commands\|--emit\|--format' out
  done
}

check_version_needs_no_command() {
  for ask in '--version' '-V' 'run --version' '--version pool start'; do
    # shellcheck disable=SC2086
    status 0 "$tool" $ask
    [ "$(wc -l <out)" -eq 1 ] || fail "more than a line for $ask"
    holds '^commands_tool [0-9][0-9a-g.+]* (longhaul)$' out
  done
}

check_options_are_listed_by_command() {
  status 0 "$tool" --emit-options
  {
    printf 'run\t-t,--timeout\tTIME\nrun\t--name\tNAME\nrun\t--tag\tTAG\n'
    printf 'list\t-f,--format\tFORMAT\nlist\t-q,--quiet\t\n'
    printf 'pool start\t--size\tN\npool start\t--log\tFILE\npool start\t--folder\tDIR\npool stop\t\t\n'
    printf -- '--config\tFILE\n-h,--help\t\n-V,--version\t\n'
  } | diff - out
}

check_configuration_has_a_table_for_each_command() {
  cat >all.toml <<'END'
[run]
name = "table"
tag = ["a", "b"]
[list]
format = "json"
[pool.start]
size = 7
[pool.stop]
END
  prints 'run table #a #b [x]' run --config all.toml -- x
  prints 'run line #c [x]' run --config all.toml --name line --tag c -- x
  prints 'list json' --config all.toml list
  prints 'start 7' pool start --config all.toml
  printf 'name = "top"\ntag = "top"\n[run]\ntag = "table"\n' >top.toml
  prints 'run top #table [x]' run --config top.toml -- x
}

check_configuration_refuses_what_is_no_command_s() {
  in_list="(try 'commands_tool list --help')"
  printf '[run]\nnam = "x"\n' >one
  prints 'list text' list --config one
  says 125 "one:2: unknown key 'nam', did you mean name? (try 'commands_tool run --help')" run --config one -- x
  printf 'name = "x"\n' >one
  says 2 "one:1: unknown key 'name' $in_list" list --config one
  says 2 "needs a command: run, list, pool (try 'commands_tool --help')" --config one
  printf 'nme = "x"\n' >one
  says 2 "one:1: unknown key 'nme', did you mean name? (try 'commands_tool --help')" --config one
  printf '[rn]\n' >one
  says 2 "one:1: unknown section 'rn', did you mean run? $in_list" list --config one
  printf '[pool.strat]\n' >one
  says 2 "one:1: unknown section 'pool.strat', did you mean pool.start? $in_list" list --config one
  printf '["pool start"]\n' >one
  says 2 "one:1: unknown section 'pool start', did you mean pool.start? $in_list" list --config one
  printf '[pool]\nsize = 1\n' >one
  says 2 "one:1: unknown section 'pool', did you mean pool.start? $in_list" list --config one
  printf '[run.more]\n' >one
  says 2 "one:1: 'more' is a section within a section $in_list" list --config one
  printf '[serve]\n' >one
  says 2 "one:1: unknown section 'serve' $in_list" list --config one
}

check_configuration_has_sections_besides() {
  printf '[[rule]]\nname = "a"\n[[rule]]\n[list]\nformat = "json"\n' >rules.toml
  prints 'list json {a} {}' list --config rules.toml
  says 2 "rules.toml:1: unknown section 'rule' (try 'commands_tool pool start --help')" \
    pool start --config rules.toml
}

# completes WANTED WORD...: what bash offers for the last word.
completes() {
  wanted_words=$1
  shift
  "$tool" --emit-completion bash >script
  cat >complete.bash <<'END'
source ./script
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_commands_tool 2>/dev/null
echo "${COMPREPLY[*]}"
END
  got_words=$(bash complete.bash commands_tool "$@")
  [ "$got_words" = "$wanted_words" ] || fail "not '$wanted_words' but '$got_words' for: $*"
}

check_bash_completes_what_belongs_to_the_command() {
  command -v bash >/dev/null || exit 77
  : >one.toml
  completes 'run list pool' ''
  completes 'start stop' pool ''
  completes 'run list pool' --config one.toml ''
  completes 'start' --config = one.toml pool sta
  completes '--size' pool --config one.toml start --s
  completes 'text json' list --format ''
  completes 'json' list --format = j
  completes 'one.toml' list o
  completes 'one.toml' pool start --log o
  completes 'one.toml' --config o
  completes '' pool stop o
  completes '--timeout --tag' run --t
  completes '--' run ''
  completes 'mapfile' run --name x -- mapf
  completes 'one.toml' run -- cat o
  completes '' no-such-command ''
  completes '' serve --f
}

check_rollout_is_that_of_the_tool() {
  LONGHAUL_COMMANDS_TOOL=shadow LONGHAUL_SHADOW_LOG=log prints 'run none [x]' run -- x
  holds '^{"tool":"commands_tool",' log
}

"check_$1"
