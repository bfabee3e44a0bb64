# Written by: logrotd --emit-completion bash
_logrotd() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} dashes=0 i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -- ]] && { dashes=$i; break; }
  done
  [[ $current == = ]] && { current=; previous=${COMP_WORDS[COMP_CWORD-1]}; }
  [[ $previous == = ]] && ((COMP_CWORD > 1)) && previous=${COMP_WORDS[COMP_CWORD-2]}
  ((dashes)) || case $previous in
    --max-size) return ;;
    --rotate-every) return ;;
    --compress) mapfile -t COMPREPLY < <(compgen -W 'gzip zstd none' -- "$current"); return ;;
    --compress-level) return ;;
    --retain) return ;;
    --keep) return ;;
    --max-total) return ;;
    --level) return ;;
    --max-value) return ;;
    --dedupe) return ;;
    --redact-pattern) return ;;
    --ring) return ;;
    --flush-every) return ;;
    --sync) mapfile -t COMPREPLY < <(compgen -W 'none flush rotate' -- "$current"); return ;;
    --on-full) mapfile -t COMPREPLY < <(compgen -W 'block drop' -- "$current"); return ;;
    --method) mapfile -t COMPREPLY < <(compgen -W 'copy rename' -- "$current"); return ;;
    --config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac
  if ((!dashes)) && [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W '--max-size --rotate-every --compress --compress-level --retain --keep --max-total --manifest --level --max-value --dedupe --redact --redact-pattern --ring --raw --flush-every --sync --on-full --tee --stats --once --method --config -h --help -V --version' -- "$current"); return
  fi
  compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current")
}
complete -F _logrotd logrotd
