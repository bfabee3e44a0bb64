#!/bin/sh
# packaging.sh CHECK BUILD: what is installed and packaged. CMake registers every function check_NAME() as packaging.NAME.
set -eu
# shellcheck source=tests/packaging/prelude.sh
. "$LONGHAUL_SOURCE/tests/packaging/prelude.sh"

# expect_every_file TREE ZSH-FOLDER SUFFIX: every tool and every page is there, the pages with the suffix.
expect_every_file() {
  for tool in $(tools); do
    for file in "bin/$tool" "share/man/man1/$tool.1$3" "share/bash-completion/completions/$tool" \
      "share/zsh/$2/_$tool" "share/fish/vendor_completions.d/$tool.fish"; do
      [ -s "$1/$file" ] || fail "$file is missing"
    done
    [ -x "$1/bin/$tool" ] || fail "$tool is not executable"
  done
  for page in "$LONGHAUL_SOURCE"/man/*.[178]; do
    file=share/man/man${page##*.}/${page##*/}$3
    [ -s "$1/$file" ] || fail "$file is missing"
  done
}

check_install_tree_is_complete() {
  status 0 cmake --install "$build" --prefix "$PWD/tree"
  expect_every_file tree site-functions ''
  for folder in lib share/lintian share/doc; do
    [ ! -e "tree/$folder" ] || fail "a package's $folder was installed"
  done
}

check_deb_is_complete() {
  package DEB
  dpkg-deb -x ./*.deb tree
  expect_every_file tree/usr vendor-completions .gz
  dpkg-deb -e ./*.deb control
  (cd tree && md5sum --check --quiet ../control/md5sums) || fail 'md5sums'
  find tree -type f | wc -l >files
  [ "$(wc -l <control/md5sums)" -eq "$(cat files)" ] || fail 'a file has no sum'
}

# Static or not: their licences ask for it.
check_deb_has_the_notice_of_every_library() {
  package DEB
  dpkg-deb -x ./*.deb tree
  sed -n "s/^  build=['\"]//p" "$LONGHAUL_SOURCE/run" | tr -c 'a-z0-9+\n-' '\n' | grep -e '-dev$' >libraries
  [ -s libraries ] || fail 'run names no library'
  for library in $(cat libraries) libc6-dev; do
    [ -s "tree/usr/share/doc/longhaul/libraries/$library" ] || fail "there is no notice of $library"
  done
}

check_deb_passes_lintian() {
  need lintian
  package DEB
  status 0 lintian --fail-on error,warning ./*.deb
}

# Its programs load simdjson by name, which dpkg-shlibdeps does not see.
check_deb_depends_on_simdjson() {
  need strings
  package DEB
  soname=$(strings "$LONGHAUL_BIN/errsum" | grep -x 'libsimdjson\.so\.[0-9]*' | head -n 1)
  [ -n "$soname" ] || fail 'errsum does not load simdjson'
  owner=$(dpkg -S "*/$soname" | sed 's/:.*//')
  field Depends >depends
  holds "\\<$owner (>= [0-9.]*)" depends
  holds '\<libc6 (>= [0-9.]*)' depends
}

check_tarball_brings_its_libraries() {
  package TGZ
  tar xzf ./*.tar.gz
  mv longhaul-*-linux-*/ unpacked
  expect_every_file unpacked site-functions ''
  LD_DEBUG=files LD_DEBUG_OUTPUT=loaded status 1 unpacked/bin/errsum "$LONGHAUL_SOURCE/tests/fixtures/ruff/cases/json.txt"
  for library in unpacked/lib/longhaul/*; do
    holds "calling init: .*/bin/../lib/longhaul/${library##*/}$" loaded.*
  done
  lacks 'calling init: /\(usr/\)*lib/.*\(simdjson\|stdc++\)' loaded.*
}

"check_$check"
