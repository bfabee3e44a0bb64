#!/bin/sh
# clean_root.sh package|source: what a bare Debian 12 makes of it. Needs root and debootstrap.
#   package  installs the .deb of build/package with apt-get, uses every tool, purges it and looks for what is left; then
#            uses the tarball's in a root with nothing but the C library and a shell
#   source   clones the checkout at HEAD and runs ./run main and ./run test
set -eu
here=$(dirname "$(readlink -f "$0")")
top=$(readlink -f "$here/../..")

die() { printf 'clean_root.sh: %s\n' "$*" >&2; exit 2; }
say() { printf '\n== %s\n' "$*"; }

case ${1:-} in package | source) ;; *) die 'usage: clean_root.sh package|source' ;; esac
[ "$(id -u)" -eq 0 ] || die 'needs root'
command -v debootstrap >/dev/null || die 'needs debootstrap'
# In a name space of its own what it mounts ends with it. A container may not be allowed that.
if [ -z "${LONGHAUL_MOUNTS:-}" ]; then
  export LONGHAUL_MOUNTS=no
  if unshare --mount true 2>/dev/null; then
    LONGHAUL_MOUNTS=own exec unshare --mount --propagation private "$0" "$@"
  fi
fi

scratch=$(mktemp -d /var/tmp/clean_root.XXXXXX)
remove_scratch() {
  for folder in "$scratch"/*/proc "$scratch"/*/sys "$scratch"/*/dev; do
    ! mountpoint -q "$folder" || umount --recursive --lazy "$folder"
  done
  rm -rf --one-file-system "$scratch"
}
trap remove_scratch EXIT
trap 'exit 130' INT TERM

# mount_kernel ROOT: /proc, /sys and /dev are those out here.
mount_kernel() {
  [ "$LONGHAUL_MOUNTS" = own ] || { echo 'nothing may be mounted here: /proc, /sys and /dev are as the root has them'; return; }
  for folder in proc sys dev; do
    mkdir -p "$1/$folder"
    mount --rbind "/$folder" "$1/$folder"
  done
}

in_root() {
  chroot "$root" /usr/bin/env -i HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@" </dev/null
}

# quietly COMMAND...: what it prints is shown only where it fails.
quietly() { "$@" >"$scratch/log" 2>&1 || die "$* ($(tail -n 20 "$scratch/log"))"; }

# The mirrors and the way to them are those of apt's configuration out here.
make_root() {
  say 'a bare Debian 12'
  root=$scratch/debian
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' |
    grep ' bookworm' | sort -u >"$scratch/mirrors"
  mirror=$(awk '$2 == "bookworm" && $3 == "main" { print $1; exit }' "$scratch/mirrors")
  [ -n "$mirror" ] || die "apt's configuration has no mirror of Debian 12"
  quietly debootstrap --variant=minbase bookworm "$root" "$mirror"
  sed 's/^/deb /' "$scratch/mirrors" >"$root/etc/apt/sources.list"
  apt-config dump Acquire >"$root/etc/apt/apt.conf.d/90as-outside"
  mount_kernel "$root"
  quietly in_root apt-get update
  quietly in_root apt-get upgrade -y
}

install_in_root() { quietly in_root apt-get install -y --no-install-recommends "$@"; }

# make_samples FOLDER: use_tools.sh and what it reads.
make_samples() {
  mkdir -p "$1"
  cp "$here/use_tools.sh" "$1"
  cp "$top/tests/fixtures/ruff/cases/json.txt" "$1/ruff.json"
  sqlite3 "$1/rows.db" "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);
    INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c');"
}

# What apt-get has changed after whatever it did is not listed.
files_of_root() {
  (cd "$root" && find . -xdev \( -path ./var/cache -o -path ./var/log -o -path ./var/lib/apt -o -path ./tmp \) -prune -o -print) |
    grep -v '^./var/lib/dpkg/.*-old$' | sort
}

try_deb() {
  make_root
  install_in_root man-db
  files_of_root >"$scratch/before"
  say 'apt-get install'
  cp "$top"/build/package/longhaul_*.deb "$root/tmp/longhaul.deb"
  install_in_root /tmp/longhaul.deb
  # shellcheck disable=SC2016
  in_root dpkg-query -W -f '${Package} ${Version} ${Status}\n' longhaul 'libsimdjson*'
  say 'every tool, and its page'
  make_samples "$root/tmp/samples"
  # shellcheck disable=SC2016
  in_root sh -euc 'mkdir /tmp/tools
    for tool in $(dpkg -L longhaul | grep "^/usr/bin/."); do
      man -w "${tool##*/}"
      ln -s "$tool" /tmp/tools
    done
    cd /tmp/samples
    sh use_tools.sh /tmp/tools'
  quietly in_root dpkg --verify longhaul
  say 'apt-get purge'
  quietly in_root apt-get purge -y --auto-remove longhaul
  files_of_root >"$scratch/after"
  diff "$scratch/before" "$scratch/after" || die 'something is left, or gone'
  echo 'nothing is left'
}

try_tarball() {
  say 'the tarball, where there is only the C library and a shell'
  root=$scratch/bare
  mkdir -p "$root/bin" "$root/tmp"
  cp /bin/dash "$root/bin/sh"
  tar xzf "$top"/build/package/longhaul-*.tar.gz -C "$root" --transform 's,^[^/]*,longhaul,'
  for file in $(ldd "$root/bin/sh" "$root/longhaul/bin/errsum" | grep -o '/lib[^ ]*/[^ ]*\.so\.[0-9]*' | sort -u); do
    mkdir -p "$root${file%/*}"
    cp -L "$file" "$root$file"
    echo "$file"
  done
  mount_kernel "$root"
  make_samples "$root/samples"
  chroot "$root" /bin/sh -euc 'cd /samples; PATH=/bin sh use_tools.sh /longhaul/bin'
  echo 'every tool works'
}

try_source() {
  make_root
  install_in_root git
  say 'git clone'
  git -C "$top" bundle create -q "$root/tmp/longhaul.bundle" HEAD --tags
  in_root git clone -q /tmp/longhaul.bundle /root/longhaul
  in_root git -C /root/longhaul log -1 --oneline
  say './run main'
  in_root /root/longhaul/run main
  say './run test'
  in_root /root/longhaul/run test
}

case $1 in
  package) try_deb; try_tarball ;;
  source) try_source ;;
esac
