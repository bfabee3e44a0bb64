# Written by: proctrack --emit-completion fish
function __proctrack_command
  set -l words (commandline -opc)
  set -e words[1]
  set -l command
  while set -q words[1]
    set -l word $words[1]
    set -e words[1]
    switch $word
      case --
        break
      case --config
        set -q words[1]; and set -e words[1]
      case '-*'
      case '*'
        set -a command $word
        contains -- "$command" pool; or break
    end
  end
  echo "$command"
end
function __proctrack_is
  set -l command (__proctrack_command)
  test "$command" = "$argv"
end
function __proctrack_line
  set -l words (commandline -opc)
  set -l dashes (contains -i -- -- $words)
  set -e words[1..$dashes]
  complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))
end
complete -c proctrack -f
complete -c proctrack -l config -r -F -d 'Read options from a TOML file: long names as keys'
complete -c proctrack -s h -l help -d 'Show this help'
complete -c proctrack -s V -l version -d 'Show the version'
complete -c proctrack -n '__proctrack_is' -a run -d 'Run a command, and end all that descends from it when it ends'
complete -c proctrack -n '__proctrack_is' -a list -d 'Show scopes, the trees of their processes, and slots'
complete -c proctrack -n '__proctrack_is' -a stop -d 'End scopes, and wait until they are gone'
complete -c proctrack -n '__proctrack_is' -a gc -d 'End the processes and remove the files that dead scopes left'
complete -c proctrack -n '__proctrack_is' -a tmp -d 'Make a temporary file or folder that is removed with the scope around it'
complete -c proctrack -n '__proctrack_is' -a slot -d 'Run a command when fewer than so many of its name run'
complete -c proctrack -n '__proctrack_is' -a pool -d 'start, call, status, stop'
complete -c proctrack -n '__proctrack_is' -a doctor -d 'Say what this machine offers, and what that is good for'
complete -c proctrack -n '__proctrack_is pool' -a start -d 'Start workers that answer requests, and return when they can be called'
complete -c proctrack -n '__proctrack_is pool' -a call -d 'Send standard input to a worker, and print what it answers'
complete -c proctrack -n '__proctrack_is pool' -a status -d 'Show what a pool does'
complete -c proctrack -n '__proctrack_is pool' -a stop -d 'Let a pool finish what was asked of it, and end it'
complete -c proctrack -n '__proctrack_is run' -l name -x -d 'Of the scope, for list and stop; no other may have it meanwhile'
complete -c proctrack -n '__proctrack_is run' -l isolate -x -a 'auto cgroup pidns subreaper' -d 'What keeps the processes together; auto is cgroup where one can be made, else subreaper'
complete -c proctrack -n '__proctrack_is run' -l state -x -a '(__fish_complete_directories)' -d 'Where scopes are written down; $XDG_RUNTIME_DIR/longhaul if not given'
complete -c proctrack -n '__proctrack_is run' -l cleanup -r -F -d 'Remove this file or folder too when the scope ends'
complete -c proctrack -n '__proctrack_is run' -l report -r -F -d 'Add a line of JSON to this file when the scope ends'
complete -c proctrack -n '__proctrack_is run' -l kill-after -x -d 'How long processes that are asked to end have for it'
complete -c proctrack -n '__proctrack_is run' -l max-procs -x -d 'Most processes at one time; 0 for no limit'
complete -c proctrack -n '__proctrack_is run' -l on-limit -x -a 'warn deny kill' -d 'What --max-procs does: say so, refuse forks, end the scope'
complete -c proctrack -n '__proctrack_is run' -l nice -x -d 'Add this to the command\'s niceness'
complete -c proctrack -n '__proctrack_is run' -s t -l timeout -x -d 'End it after so long, with status 124; 0 for never'
complete -c proctrack -n '__proctrack_is run; and not contains -- -- (commandline -opc)' -a -- -d 'The command to run'
complete -c proctrack -n '__proctrack_is run; and contains -- -- (commandline -opc)' -x -a '(__proctrack_line)'
complete -c proctrack -n '__proctrack_is list' -s f -l format -x -a 'text json' -d 'Output format'
complete -c proctrack -n '__proctrack_is list' -l state -x -a '(__fish_complete_directories)' -d 'Where scopes are written down; $XDG_RUNTIME_DIR/longhaul if not given'
complete -c proctrack -n '__proctrack_is stop' -l kill -d 'Without a grace period'
complete -c proctrack -n '__proctrack_is stop' -l wait -x -d 'How long to wait for the end, 0 for not at all'
complete -c proctrack -n '__proctrack_is stop' -l state -x -a '(__fish_complete_directories)' -d 'Where scopes are written down; $XDG_RUNTIME_DIR/longhaul if not given'
complete -c proctrack -n '__proctrack_is gc' -s n -l dry-run -d 'Only say what would be done'
complete -c proctrack -n '__proctrack_is gc' -s q -l quiet -d 'Print nothing'
complete -c proctrack -n '__proctrack_is gc' -s f -l format -x -a 'text json' -d 'Output format'
complete -c proctrack -n '__proctrack_is gc' -l state -x -a '(__fish_complete_directories)' -d 'Where scopes are written down; $XDG_RUNTIME_DIR/longhaul if not given'
complete -c proctrack -n '__proctrack_is tmp' -s d -l directory -d 'A folder, not a file'
complete -c proctrack -n '__proctrack_is tmp' -l suffix -x -d 'What its name ends with: .json'
complete -c proctrack -n '__proctrack_is tmp' -l in -x -a '(__fish_complete_directories)' -d 'Where it is made; the scope\'s own folder if not given'
complete -c proctrack -n '__proctrack_is tmp' -l scope -x -d 'The scope; the one around this process if not given'
complete -c proctrack -n '__proctrack_is tmp' -l state -x -a '(__fish_complete_directories)' -d 'Where scopes are written down; $XDG_RUNTIME_DIR/longhaul if not given'
complete -c proctrack -n '__proctrack_is slot' -l name -x -d 'Of the slot: all that give the same name share it'
complete -c proctrack -n '__proctrack_is slot' -l max -x -d 'How many may run at one time'
complete -c proctrack -n '__proctrack_is slot' -l wait -x -d 'How long to wait for a turn, 0 for not at all; for ever if not given'
complete -c proctrack -n '__proctrack_is slot' -l isolate -x -a 'auto cgroup pidns subreaper' -d 'What keeps the processes together; auto is cgroup where one can be made, else subreaper'
complete -c proctrack -n '__proctrack_is slot' -l state -x -a '(__fish_complete_directories)' -d 'Where scopes are written down; $XDG_RUNTIME_DIR/longhaul if not given'
complete -c proctrack -n '__proctrack_is slot' -l cleanup -r -F -d 'Remove this file or folder too when the scope ends'
complete -c proctrack -n '__proctrack_is slot' -l report -r -F -d 'Add a line of JSON to this file when the scope ends'
complete -c proctrack -n '__proctrack_is slot' -l kill-after -x -d 'How long processes that are asked to end have for it'
complete -c proctrack -n '__proctrack_is slot' -l max-procs -x -d 'Most processes at one time; 0 for no limit'
complete -c proctrack -n '__proctrack_is slot' -l on-limit -x -a 'warn deny kill' -d 'What --max-procs does: say so, refuse forks, end the scope'
complete -c proctrack -n '__proctrack_is slot' -l nice -x -d 'Add this to the command\'s niceness'
complete -c proctrack -n '__proctrack_is slot' -s t -l timeout -x -d 'End it after so long, with status 124; 0 for never'
complete -c proctrack -n '__proctrack_is slot; and not contains -- -- (commandline -opc)' -a -- -d 'The command to run'
complete -c proctrack -n '__proctrack_is slot; and contains -- -- (commandline -opc)' -x -a '(__proctrack_line)'
complete -c proctrack -n '__proctrack_is pool start' -l name -x -d 'Of the pool'
complete -c proctrack -n '__proctrack_is pool start' -l size -x -d 'How many workers at one time'
complete -c proctrack -n '__proctrack_is pool start' -l queue -x -d 'How many requests may wait; one more is refused with status 75'
complete -c proctrack -n '__proctrack_is pool start' -s t -l timeout -x -d 'How long a worker may take for an answer before it is replaced, and a request may wait for a worker'
complete -c proctrack -n '__proctrack_is pool start' -l idle -x -d 'End workers that had nothing to do for so long; 0 for never'
complete -c proctrack -n '__proctrack_is pool start' -l max-requests -x -d 'Replace a worker after so many answers; 0 for never'
complete -c proctrack -n '__proctrack_is pool start' -l max-memory -x -d 'Replace a worker that passes this, its children too; 0 for no limit'
complete -c proctrack -n '__proctrack_is pool start' -l prefork -d 'A program of one request each, started ahead: all of its input, all of its output'
complete -c proctrack -n '__proctrack_is pool start' -l foreground -d 'Stay, and end when the pool ends'
complete -c proctrack -n '__proctrack_is pool start' -l log -r -F -d 'Where the standard error of the workers goes; nowhere if not given'
complete -c proctrack -n '__proctrack_is pool start' -l isolate -x -a 'auto cgroup pidns subreaper' -d 'What keeps the processes together; auto is cgroup where one can be made, else subreaper'
complete -c proctrack -n '__proctrack_is pool start' -l state -x -a '(__fish_complete_directories)' -d 'Where scopes are written down; $XDG_RUNTIME_DIR/longhaul if not given'
complete -c proctrack -n '__proctrack_is pool start' -l cleanup -r -F -d 'Remove this file or folder too when the scope ends'
complete -c proctrack -n '__proctrack_is pool start' -l report -r -F -d 'Add a line of JSON to this file when the scope ends'
complete -c proctrack -n '__proctrack_is pool start' -l kill-after -x -d 'How long processes that are asked to end have for it'
complete -c proctrack -n '__proctrack_is pool start' -l max-procs -x -d 'Most processes at one time; 0 for no limit'
complete -c proctrack -n '__proctrack_is pool start' -l on-limit -x -a 'warn deny kill' -d 'What --max-procs does: say so, refuse forks, end the scope'
complete -c proctrack -n '__proctrack_is pool start' -l nice -x -d 'Add this to the command\'s niceness'
complete -c proctrack -n '__proctrack_is pool start; and not contains -- -- (commandline -opc)' -a -- -d 'The worker'
complete -c proctrack -n '__proctrack_is pool start; and contains -- -- (commandline -opc)' -x -a '(__proctrack_line)'
complete -c proctrack -n '__proctrack_is pool call' -l state -x -a '(__fish_complete_directories)' -d 'Where scopes are written down; $XDG_RUNTIME_DIR/longhaul if not given'
complete -c proctrack -n '__proctrack_is pool status' -l state -x -a '(__fish_complete_directories)' -d 'Where scopes are written down; $XDG_RUNTIME_DIR/longhaul if not given'
complete -c proctrack -n '__proctrack_is pool stop' -l state -x -a '(__fish_complete_directories)' -d 'Where scopes are written down; $XDG_RUNTIME_DIR/longhaul if not given'
complete -c proctrack -n '__proctrack_is doctor' -s f -l format -x -a 'text json' -d 'Output format'
complete -c proctrack -n '__proctrack_is doctor' -l state -x -a '(__fish_complete_directories)' -d 'Where scopes are written down; $XDG_RUNTIME_DIR/longhaul if not given'
