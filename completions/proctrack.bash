# Written by: proctrack --emit-completion bash
_proctrack__none() {
  [[ $current == = ]] && { current=; previous=${COMP_WORDS[COMP_CWORD-1]}; }
  [[ $previous == = ]] && ((COMP_CWORD > 1)) && previous=${COMP_WORDS[COMP_CWORD-2]}
  ((dashes)) || case $previous in
    --config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  if ((!dashes)) && [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W '--config -h --help -V --version' -- "$current"); return
  fi
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current")
}
_proctrack__run() {
  if ((dashes && COMP_CWORD == dashes + 1)); then
    mapfile -t COMPREPLY < <(compgen -c -- "$current"); return
  fi
  [[ $current == = ]] && { current=; previous=${COMP_WORDS[COMP_CWORD-1]}; }
  [[ $previous == = ]] && ((COMP_CWORD > 1)) && previous=${COMP_WORDS[COMP_CWORD-2]}
  ((dashes)) || case $previous in
    --name) return ;;
    --isolate) mapfile -t COMPREPLY < <(compgen -W 'auto cgroup pidns subreaper' -- "$current"); return ;;
    --state) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --cleanup) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --report) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --kill-after) return ;;
    --max-procs) return ;;
    --on-limit) mapfile -t COMPREPLY < <(compgen -W 'warn deny kill' -- "$current"); return ;;
    --nice) return ;;
    -t|--timeout) return ;;
    --config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  if ((!dashes)) && [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W '--name --isolate --state --cleanup --report --kill-after --max-procs --on-limit --nice -t --timeout --config -h --help -V --version' -- "$current"); return
  fi
  ((dashes)) || { mapfile -t COMPREPLY < <(compgen -W -- -- "$current"); return; }
  compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current")
}
_proctrack__list() {
  [[ $current == = ]] && { current=; previous=${COMP_WORDS[COMP_CWORD-1]}; }
  [[ $previous == = ]] && ((COMP_CWORD > 1)) && previous=${COMP_WORDS[COMP_CWORD-2]}
  ((dashes)) || case $previous in
    -f|--format) mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$current"); return ;;
    --state) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  if ((!dashes)) && [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W '-f --format --state --config -h --help -V --version' -- "$current"); return
  fi
}
_proctrack__stop() {
  [[ $current == = ]] && { current=; previous=${COMP_WORDS[COMP_CWORD-1]}; }
  [[ $previous == = ]] && ((COMP_CWORD > 1)) && previous=${COMP_WORDS[COMP_CWORD-2]}
  ((dashes)) || case $previous in
    --wait) return ;;
    --state) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  if ((!dashes)) && [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W '--kill --wait --state --config -h --help -V --version' -- "$current"); return
  fi
}
_proctrack__gc() {
  [[ $current == = ]] && { current=; previous=${COMP_WORDS[COMP_CWORD-1]}; }
  [[ $previous == = ]] && ((COMP_CWORD > 1)) && previous=${COMP_WORDS[COMP_CWORD-2]}
  ((dashes)) || case $previous in
    -f|--format) mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$current"); return ;;
    --state) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  if ((!dashes)) && [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W '-n --dry-run -q --quiet -f --format --state --config -h --help -V --version' -- "$current"); return
  fi
}
_proctrack__tmp() {
  [[ $current == = ]] && { current=; previous=${COMP_WORDS[COMP_CWORD-1]}; }
  [[ $previous == = ]] && ((COMP_CWORD > 1)) && previous=${COMP_WORDS[COMP_CWORD-2]}
  ((dashes)) || case $previous in
    --suffix) return ;;
    --in) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --scope) return ;;
    --state) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  if ((!dashes)) && [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W '-d --directory --suffix --in --scope --state --config -h --help -V --version' -- "$current"); return
  fi
}
_proctrack__slot() {
  if ((dashes && COMP_CWORD == dashes + 1)); then
    mapfile -t COMPREPLY < <(compgen -c -- "$current"); return
  fi
  [[ $current == = ]] && { current=; previous=${COMP_WORDS[COMP_CWORD-1]}; }
  [[ $previous == = ]] && ((COMP_CWORD > 1)) && previous=${COMP_WORDS[COMP_CWORD-2]}
  ((dashes)) || case $previous in
    --name) return ;;
    --max) return ;;
    --wait) return ;;
    --isolate) mapfile -t COMPREPLY < <(compgen -W 'auto cgroup pidns subreaper' -- "$current"); return ;;
    --state) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --cleanup) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --report) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --kill-after) return ;;
    --max-procs) return ;;
    --on-limit) mapfile -t COMPREPLY < <(compgen -W 'warn deny kill' -- "$current"); return ;;
    --nice) return ;;
    -t|--timeout) return ;;
    --config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  if ((!dashes)) && [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W '--name --max --wait --isolate --state --cleanup --report --kill-after --max-procs --on-limit --nice -t --timeout --config -h --help -V --version' -- "$current"); return
  fi
  ((dashes)) || { mapfile -t COMPREPLY < <(compgen -W -- -- "$current"); return; }
  compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current")
}
_proctrack__pool_start() {
  if ((dashes && COMP_CWORD == dashes + 1)); then
    mapfile -t COMPREPLY < <(compgen -c -- "$current"); return
  fi
  [[ $current == = ]] && { current=; previous=${COMP_WORDS[COMP_CWORD-1]}; }
  [[ $previous == = ]] && ((COMP_CWORD > 1)) && previous=${COMP_WORDS[COMP_CWORD-2]}
  ((dashes)) || case $previous in
    --name) return ;;
    --size) return ;;
    --queue) return ;;
    -t|--timeout) return ;;
    --idle) return ;;
    --max-requests) return ;;
    --max-memory) return ;;
    --log) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --isolate) mapfile -t COMPREPLY < <(compgen -W 'auto cgroup pidns subreaper' -- "$current"); return ;;
    --state) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --cleanup) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --report) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --kill-after) return ;;
    --max-procs) return ;;
    --on-limit) mapfile -t COMPREPLY < <(compgen -W 'warn deny kill' -- "$current"); return ;;
    --nice) return ;;
    --config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  if ((!dashes)) && [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W '--name --size --queue -t --timeout --idle --max-requests --max-memory --prefork --foreground --log --isolate --state --cleanup --report --kill-after --max-procs --on-limit --nice --config -h --help -V --version' -- "$current"); return
  fi
  ((dashes)) || { mapfile -t COMPREPLY < <(compgen -W -- -- "$current"); return; }
  compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current")
}
_proctrack__pool_call() {
  [[ $current == = ]] && { current=; previous=${COMP_WORDS[COMP_CWORD-1]}; }
  [[ $previous == = ]] && ((COMP_CWORD > 1)) && previous=${COMP_WORDS[COMP_CWORD-2]}
  ((dashes)) || case $previous in
    --state) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  if ((!dashes)) && [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W '--state --config -h --help -V --version' -- "$current"); return
  fi
}
_proctrack__pool_status() {
  [[ $current == = ]] && { current=; previous=${COMP_WORDS[COMP_CWORD-1]}; }
  [[ $previous == = ]] && ((COMP_CWORD > 1)) && previous=${COMP_WORDS[COMP_CWORD-2]}
  ((dashes)) || case $previous in
    --state) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  if ((!dashes)) && [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W '--state --config -h --help -V --version' -- "$current"); return
  fi
}
_proctrack__pool_stop() {
  [[ $current == = ]] && { current=; previous=${COMP_WORDS[COMP_CWORD-1]}; }
  [[ $previous == = ]] && ((COMP_CWORD > 1)) && previous=${COMP_WORDS[COMP_CWORD-2]}
  ((dashes)) || case $previous in
    --state) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  if ((!dashes)) && [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W '--state --config -h --help -V --version' -- "$current"); return
  fi
}
_proctrack__doctor() {
  [[ $current == = ]] && { current=; previous=${COMP_WORDS[COMP_CWORD-1]}; }
  [[ $previous == = ]] && ((COMP_CWORD > 1)) && previous=${COMP_WORDS[COMP_CWORD-2]}
  ((dashes)) || case $previous in
    -f|--format) mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$current"); return ;;
    --state) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  if ((!dashes)) && [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W '-f --format --state --config -h --help -V --version' -- "$current"); return
  fi
}
_proctrack() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} dashes=0 i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -- ]] && { dashes=$i; break; }
  done
  local command=
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      --) break ;;
      --config) ((i++)); [[ ${COMP_WORDS[i]} == = ]] && ((i++)) ;;
      -*) ;;
      *) command+=${command:+ }${COMP_WORDS[i]}; [[ $command == @(pool) ]] || break ;;
    esac
  done
  case $command in
    '') _proctrack__none 'run list stop gc tmp slot pool doctor' ;;
    'pool') _proctrack__none 'start call status stop' ;;
    'run') _proctrack__run ;;
    'list') _proctrack__list ;;
    'stop') _proctrack__stop ;;
    'gc') _proctrack__gc ;;
    'tmp') _proctrack__tmp ;;
    'slot') _proctrack__slot ;;
    'pool start') _proctrack__pool_start ;;
    'pool call') _proctrack__pool_call ;;
    'pool status') _proctrack__pool_status ;;
    'pool stop') _proctrack__pool_stop ;;
    'doctor') _proctrack__doctor ;;
  esac
}
complete -F _proctrack proctrack
