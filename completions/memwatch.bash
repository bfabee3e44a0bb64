# Written by: memwatch --emit-completion bash
_memwatch() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} dashes=0 i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -- ]] && { dashes=$i; break; }
  done
  if ((dashes && COMP_CWORD == dashes + 1)); then
    mapfile -t COMPREPLY < <(compgen -c -- "$current"); return
  fi
  [[ $current == = ]] && { current=; previous=${COMP_WORDS[COMP_CWORD-1]}; }
  [[ $previous == = ]] && ((COMP_CWORD > 1)) && previous=${COMP_WORDS[COMP_CWORD-2]}
  ((dashes)) || case $previous in
    -b|--budget) return ;;
    -w|--warning) return ;;
    -c|--critical) return ;;
    --metric) mapfile -t COMPREPLY < <(compgen -W 'auto private pss rss swap cgroup' -- "$current"); return ;;
    -i|--interval) return ;;
    -p|--pid) return ;;
    --scope) return ;;
    --cgroup) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --on-warning) return ;;
    --on-critical) return ;;
    --hook-timeout) return ;;
    --signal-warning) return ;;
    --action) mapfile -t COMPREPLY < <(compgen -W 'none pause term kill' -- "$current"); return ;;
    --victim) mapfile -t COMPREPLY < <(compgen -W 'largest youngest' -- "$current"); return ;;
    --protect) return ;;
    --kill-after) return ;;
    --node-processes) return ;;
    --state-file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --log) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --top) return ;;
    -f|--format) mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$current"); return ;;
    --admit) return ;;
    --wait) return ;;
    --state) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --plot) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  if ((!dashes)) && [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W '-b --budget -w --warning -c --critical --metric -i --interval -p --pid --scope --cgroup --on-warning --on-critical --hook-timeout --signal-warning --action --victim --protect --kill-after --hard --node --node-processes --state-file --log --top -f --format --once --admit --wait --state --plot --config -h --help -V --version' -- "$current"); return
  fi
  compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current")
}
complete -F _memwatch memwatch
