# Written by: healthcheck --emit-completion bash
_healthcheck() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} dashes=0 i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -- ]] && { dashes=$i; break; }
  done
  [[ $current == = ]] && { current=; previous=${COMP_WORDS[COMP_CWORD-1]}; }
  [[ $previous == = ]] && ((COMP_CWORD > 1)) && previous=${COMP_WORDS[COMP_CWORD-2]}
  ((dashes)) || case $previous in
    -p|--pid) return ;;
    --scope) return ;;
    --state) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    -b|--budget) return ;;
    -w|--warning) return ;;
    -c|--critical) return ;;
    --log) return ;;
    --database) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --temp) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --disk) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --heartbeat) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --exit) return ;;
    --metric) return ;;
    --skip) return ;;
    -t|--timeout) return ;;
    --history) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --keep) return ;;
    --horizon) return ;;
    --method) mapfile -t COMPREPLY < <(compgen -W 'shape linear' -- "$current"); return ;;
    --limit) return ;;
    --agents) return ;;
    --confirm) return ;;
    --on-warning) return ;;
    --on-critical) return ;;
    --on-recover) return ;;
    --hook-timeout) return ;;
    --breaker) return ;;
    --breaker-failures) return ;;
    --breaker-cooldown) return ;;
    --failure) return ;;
    -f|--format) mapfile -t COMPREPLY < <(compgen -W 'text json nagios openmetrics prometheus shell github html' -- "$current"); return ;;
    -o|--output) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --watch) return ;;
    --config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  if ((!dashes)) && [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W '-p --pid --scope --state -b --budget -w --warning -c --critical --log --database --temp --disk --heartbeat --exit --metric --load --pressure --skip -t --timeout --history --keep --horizon --method --explain --predict --limit --below --agents --confirm --on-warning --on-critical --on-recover --hook-timeout --breaker --breaker-failures --breaker-cooldown --failure --shadow-report -f --format -o --output --watch --once -q --quiet --print-config --config -h --help -V --version' -- "$current"); return
  fi
  compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current")
}
complete -F _healthcheck healthcheck
