#!/bin/sh
# contract_of_commands.sh BINARY: contract.sh holds for commands_tool.cpp, and finds what is wrong with its help, its
# completions and its man page.
set -eu
contract=${LONGHAUL_SOURCE:?}/tests/contract/contract.sh
page=$LONGHAUL_SOURCE/tests/cli/commands_tool.1
binary=$1

# A source tree with what belongs to the tool.
LONGHAUL_SOURCE=$PWD/tree
mkdir -p tree/man tree/completions tree/tests/contract/samples at
cat >tree/tests/contract/samples/commands_tool <<'END'
role=filter
sample() { "$binary" run -- hello; }
printing_sample() { "$binary" list; }
END
cp "$page" tree/man
"$binary" --emit-completion bash >tree/completions/commands_tool.bash
"$binary" --emit-completion zsh >tree/completions/_commands_tool
"$binary" --emit-completion fish >tree/completions/commands_tool.fish

keeps() {
  rm -rf at
  mkdir at
  (cd at && "$contract" "$1" "$binary") >said 2>&1 || [ $? -eq 77 ]
}
holds() { keeps "$1" || { echo "FAILED: $1"; cat said; exit 1; }; }
finds() {
  if keeps "$1"; then echo "FAILED: $1 does not see $2"; exit 1; fi
  grep -q "$2" said || { echo "FAILED: $1 does not name $2"; cat said; exit 1; }
}

sed -n 's/^check_\([a-z_]*\)() {$/\1/p' "$contract" >checks
[ -s checks ] || { echo 'FAILED: no checks'; exit 1; }
while read -r check; do holds "$check"; done <checks

# page SED-SCRIPT: the man page, changed.
page() { sed "$1" "$page" >tree/man/commands_tool.1; }
page '/^\.It Fl size/,+1d; s/Fl -size/Fl -sizes/'
finds man_options 'size'
page '/^\.Ss pool stop/d'
finds man_options 'pool stop'
page 's/^\.Ss list/.Ss lists/'
finds man_options 'lists'

# A program that leaves an option of one command out of its help.
mkdir -p wrong
cat >wrong/commands_tool <<END
#!/bin/sh
case "\$*" in 'pool start -'*) "$binary" "\$@" | grep -v -e --log ;; *) exec "$binary" "\$@" ;; esac
END
chmod +x wrong/commands_tool
right=$binary
binary=$PWD/wrong/commands_tool
finds help 'pool start --help does not show --log'
binary=$right

sed 's/ --folder / /' tree/completions/commands_tool.bash >short
mv short tree/completions/commands_tool.bash
finds bash_completion 'does not offer --folder after pool start'
