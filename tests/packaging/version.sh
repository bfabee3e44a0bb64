#!/bin/sh
# version.sh CHECK BUILD: the version is one, and git's. CMake registers every function check_NAME() as
# packaging.version.NAME.
set -eu
# shellcheck source=tests/packaging/prelude.sh
. "$LONGHAUL_SOURCE/tests/packaging/prelude.sh"

heading() { sed -n 's/^## \[\([0-9][^]]*\)\] - [0-9-]*$/\1/p' "$LONGHAUL_SOURCE/CHANGELOG.md" | head -n 1; }

check_is_the_same_everywhere() {
  need dpkg-parsechangelog
  package DEB
  version=$(version)
  for tool in $(tools); do
    [ "$("$LONGHAUL_BIN/$tool" --version)" = "$tool $version (longhaul)" ] || fail "$tool has another version"
  done
  [ "$(field Version)" = "$version" ] || fail "the package's is $(field Version)"
  dpkg-deb --fsys-tarfile ./*.deb | tar xO ./usr/share/doc/longhaul/changelog.gz | gzip -d >changelog
  dpkg-parsechangelog -l changelog >newest 2>warnings || fail "the changelog has no entry $(cat warnings)"
  [ ! -s warnings ] || fail "$(cat warnings)"
  holds "^Version: $version$" newest
  grep -qx "project(longhaul VERSION $(heading) .*" "$LONGHAUL_SOURCE/CMakeLists.txt" || fail 'project() does not have the newest heading'
  # The heading of a release comes before its tag.
  case $version in *+*) ;; *) [ "$(heading)" = "$version" ] || fail "CHANGELOG.md is at $(heading)" ;; esac
}

check_changelog_begins_with_what_is_unreleased() {
  [ "$(grep -m 1 '^## ' "$LONGHAUL_SOURCE/CHANGELOG.md")" = '## [Unreleased]' ] || fail 'no [Unreleased]'
}

# changelog_of VERSION: Debian's, of the sample here.
changelog_of() {
  awk -v "version=$1" -v 'date=Sat, 09 Jan 2027 10:00:00 +0000' -v 'maintainer=n <e>' \
    -f "$LONGHAUL_SOURCE/cmake/packaging/debian_changelog.awk" CHANGELOG.md
}

check_changelog_of_a_commit_begins_with_what_is_unreleased() {
  cat >CHANGELOG.md <<'END'
# Changelog

What stands here is not an entry.

## [Unreleased]

### Fixed

- Words that
  go on:
  - one below.

## [0.2.0] - 2027-01-02

- Older.
END
  cat >newest <<'END'
longhaul (0.2.0+3.gabc) unstable; urgency=medium

  [ Fixed ]
  * Words that go on:
    - one below.

 -- n <e>  Sat, 09 Jan 2027 10:00:00 +0000

END
  cat >released <<'END'
longhaul (0.2.0) unstable; urgency=medium

  * Older.

 -- n <e>  Sat, 02 Jan 2027 00:00:00 +0000
END
  changelog_of 0.2.0 | diff released - || fail 'the release'
  cat newest released >both
  changelog_of 0.2.0+3.gabc | diff both - || fail 'the commit'
}

# Else every commit would compile everything.
check_is_known_to_one_file() {
  need_packaging
  [ "$(grep -c "DEFINES = .*$(version)" "$build/build.ninja")" -eq 1 ] || fail 'it reaches several files'
}

# says VERSION: what cmake reads in the repository here.
says() {
  cmake -S . -B "$scratch" >"$scratch.log" 2>&1 || fail "$(cat "$scratch.log")"
  [ "$(cat "$scratch/version")" = "$1" ] || fail "$(cat "$scratch/version") and not $1"
}
commit() { git commit -q --allow-empty -m "$1"; }

check_follows_the_tags() {
  need git
  export GIT_AUTHOR_NAME=n GIT_AUTHOR_EMAIL=e GIT_COMMITTER_NAME=n GIT_COMMITTER_EMAIL=e
  scratch=$PWD/scratch
  mkdir sources
  cd sources
  cat >CMakeLists.txt <<LISTS
cmake_minimum_required(VERSION 3.25)
project(sample VERSION 0.1.0 LANGUAGES NONE)
include($LONGHAUL_SOURCE/cmake/Version.cmake)
file(WRITE \${PROJECT_BINARY_DIR}/version \${LONGHAUL_VERSION})
LISTS
  git init -q ..
  (cd .. && commit 'not of these sources')
  git -C .. tag v9.0.0
  says 0.1.0
  git init -q .
  says 0.1.0
  commit first
  says 0.1.0
  git tag v0.2.0
  says 0.2.0
  git tag unrelated
  commit second
  commit third
  hash=$(git rev-parse --short HEAD)
  says "0.2.0+2.g$hash"
  for later in "0.2.0+10.g$hash" 0.2.1; do
    dpkg --compare-versions "0.2.0+2.g$hash" lt "$later" || fail "sorted after $later"
  done
  dpkg --compare-versions 0.2.0 lt "0.2.0+2.g$hash" || fail 'sorted before its release'
  git tag -a -m annotated v0.10.0
  says 0.10.0
}

"check_$check"
