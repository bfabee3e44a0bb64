# Written by: dbprune --emit-completion bash
_dbprune() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} dashes=0 i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -- ]] && { dashes=$i; break; }
  done
  [[ $current == = ]] && { current=; previous=${COMP_WORDS[COMP_CWORD-1]}; }
  [[ $previous == = ]] && ((COMP_CWORD > 1)) && previous=${COMP_WORDS[COMP_CWORD-2]}
  ((dashes)) || case $previous in
    --table) return ;;
    --where) return ;;
    --age-column) return ;;
    --older-than) return ;;
    --age-unit) mapfile -t COMPREPLY < <(compgen -W 'auto s ms us ns text julian' -- "$current"); return ;;
    --expired-column) return ;;
    --max-rows) return ;;
    --order-by) return ;;
    --as-of) return ;;
    --max-size) return ;;
    --on-referenced) mapfile -t COMPREPLY < <(compgen -W 'cascade keep fail' -- "$current"); return ;;
    --max-fraction) return ;;
    --max-stall) return ;;
    --busy-timeout) return ;;
    --max-time) return ;;
    --vacuum) mapfile -t COMPREPLY < <(compgen -W 'auto incremental full none' -- "$current"); return ;;
    --archive) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --restore) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    -f|--format) mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$current"); return ;;
    --every) return ;;
    --config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  if ((!dashes)) && [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W '--table --where --age-column --older-than --age-unit --expired-column --max-rows --order-by --as-of --max-size --on-referenced --max-fraction --force -n --dry-run --max-stall --busy-timeout --max-time --wal --vacuum --convert --rebuild --archive --restore --check --pragma-report -f --format -q --quiet --every --config -h --help -V --version' -- "$current"); return
  fi
  compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current")
}
complete -F _dbprune dbprune
