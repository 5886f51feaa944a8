#!/bin/sh
# Installs what a build of Retort needs, with the system's package manager. See --help.
set -eu

usage() {
  cat <<'TEXT'
usage: sh cmake/bootstrap.sh [--print] [--developer]

Installs the packages that building and testing Retort needs and that are missing. Knows apt, dnf,
pacman and brew. Removes nothing. Uses sudo where it is not run as root.

  --print      say what would be run, and run nothing
  --developer  also what working on Retort needs: clang, clang-format, sanitizers, benchmarks, Alembic
  --help       this text
TEXT
}

print_only=false
developer=false
for argument in "$@"; do
  case $argument in
    --print) print_only=true ;;
    --developer) developer=true ;;
    --help | -h) usage; exit 0 ;;
    *) echo "bootstrap.sh: unknown option '$argument'" >&2; usage >&2; exit 2 ;;
  esac
done

fail() {
  echo "bootstrap.sh: $1" >&2
  shift
  for line in "$@"; do echo "  $line" >&2; done
  exit 1
}

# Prints the command, and runs it as root.
as_root() {
  if [ "$(id -u)" -ne 0 ]; then
    if ! $print_only && ! command -v sudo >/dev/null; then
      fail "installing needs root, and there is no sudo" "run this as root: $*"
    fi
    set -- sudo "$@"
  fi
  run "$@"
}

run() {
  echo "+ $*"
  $print_only || "$@"
}

# The packages of the arguments that "$is_installed PACKAGE" denies, in $missing.
find_missing() {
  missing=
  for package in "$@"; do
    $is_installed "$package" || missing="$missing $package"
  done
}

say_missing() {
  if [ -z "$missing" ]; then
    echo "Everything that Retort needs is installed."
    exit 0
  fi
  echo "Installing what is missing:$missing"
}

# --- Debian, Ubuntu ---------------------------------------------------------------------------------

dpkg_has() {
  [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null | cut -c1-2)" = ii ]
}

apt_offers() {
  [ -n "$(apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: *//p' | grep -v '(none)')" ]
}

apt_update() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
}

apt_lists_are_fresh() {
  [ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -mtime -7 2>/dev/null | head -n 1)" ]
}

# The Boost headers of this system, 1.81 or newer, in $boost. Debian's versions exclude each other, and
# removing one could break what somebody else builds here: that is left to the owner of the machine.
choose_apt_boost() {
  installed=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 'libboost1.*-dev' 2>/dev/null |
    sed -n 's/^ii *\(libboost1\.[0-9]*-dev\)$/\1/p' | sort -V | tail -n 1)
  if [ -n "$installed" ]; then
    minor=${installed#libboost1.}
    minor=${minor%-dev}
    if [ "$minor" -lt 81 ]; then
      fail "$installed is installed, Retort needs Boost 1.81 or newer, and the two exclude each other" \
        "nothing was changed; if nothing else on this machine needs $installed, replace it yourself:" \
        "  apt-get install libboost1.81-dev"
    fi
    boost=$installed
  elif apt_offers libboost1.81-dev || ! apt_offers libboost-dev; then
    boost=libboost1.81-dev
  else
    boost=libboost-dev
  fi
}

with_apt() {
  is_installed=dpkg_has
  if ! apt_lists_are_fresh; then
    echo "The package lists are missing or older than a week."
    apt_update
  fi
  choose_apt_boost
  packages="g++ make cmake ninja-build pkg-config libsqlite3-dev libpqxx-dev libfmt-dev libsodium-dev $boost
    libcli11-dev libtomlplusplus-dev nlohmann-json3-dev doctest-dev postgresql sqlite3"
  if $developer; then
    runtime=libclang-rt-dev
    if apt_offers libclang-rt-14-dev; then runtime=libclang-rt-14-dev; fi
    packages="$packages clang clang-format lld $runtime libbenchmark-dev alembic pgbouncer"
  fi
  find_missing $packages
  say_missing
  # Without a question, and without tzdata's.
  set -- env DEBIAN_FRONTEND=noninteractive TZ=Etc/UTC \
    apt-get install -q -y --no-remove --no-install-recommends $missing
  if ! as_root "$@"; then
    echo "That failed; the package lists may be out of date."
    apt_update
    as_root "$@"
  fi
}

# --- the others -------------------------------------------------------------------------------------

with_dnf() {
  is_installed='rpm -q --quiet'
  packages='gcc-c++ make cmake ninja-build pkgconf-pkg-config sqlite-devel libpqxx-devel fmt-devel libsodium-devel
    boost-devel cli11-devel tomlplusplus-devel json-devel doctest-devel postgresql-server sqlite'
  if $developer; then
    packages="$packages clang clang-tools-extra lld compiler-rt libasan libubsan google-benchmark-devel"
  fi
  find_missing $packages
  say_missing
  as_root dnf install -y $missing
}

pacman_has() {
  pacman -Qq "$1" >/dev/null 2>&1
}

with_pacman() {
  is_installed=pacman_has
  packages='gcc make cmake ninja pkgconf sqlite libpqxx fmt libsodium boost cli11 tomlplusplus
    nlohmann-json doctest postgresql'
  if $developer; then packages="$packages clang lld compiler-rt benchmark"; fi
  find_missing $packages
  say_missing
  as_root pacman -S --needed --noconfirm $missing
}

brew_has() {
  brew list --formula "$1" >/dev/null 2>&1
}

with_brew() {
  is_installed=brew_has
  packages='cmake ninja pkgconf sqlite libpqxx fmt libsodium boost cli11 tomlplusplus nlohmann-json doctest
    postgresql@16'
  if $developer; then packages="$packages llvm lld clang-format google-benchmark"; fi
  find_missing $packages
  say_missing
  run brew install $missing
}

if command -v apt-get >/dev/null; then
  with_apt
elif command -v dnf >/dev/null; then
  with_dnf
elif command -v pacman >/dev/null; then
  with_pacman
elif command -v brew >/dev/null; then
  with_brew
else
  fail "found none of apt-get, dnf, pacman, brew" \
    "install by hand: a C++20 compiler, CMake 3.25, Ninja, SQLite 3.35, libpqxx 6.4, fmt 9," \
    "libsodium, Boost 1.81 (headers), CLI11, toml++, nlohmann/json, doctest, PostgreSQL (server programs)"
fi
if ! $print_only; then echo "Done."; fi
