# Written by: errsum --emit-completion bash
_errsum() {
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
    -f|--format) mapfile -t COMPREPLY < <(compgen -W 'text json markdown github rdjson sarif junit prometheus' -- "$current"); return ;;
    --max) return ;;
    --tool) return ;;
    --pattern) return ;;
    --pattern-file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --errorformat) return ;;
    --fix-task) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --task-id) return ;;
    --state) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --escalate-after) return ;;
    --state-keep) return ;;
    --save) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --save-max) return ;;
    --show) return ;;
    --code) return ;;
    --file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  if ((!dashes)) && [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W '-f --format --max -q --quiet --tool --pattern --pattern-file --errorformat --merge --list-formats --run --tee --fix-task --task-id --state --new-only --baseline --escalate-after --state-keep --save --save-max --show --code --file --config -h --help -V --version' -- "$current"); return
  fi
  compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current")
}
complete -F _errsum errsum
