#!/bin/sh
# Runs a test program as an ordinary user: run_unprivileged.sh SANDBOXEES PROGRAM [ARGUMENT…]
# The build may lie where that user may not look, so both are copied. Exit code 77: not as root, so
# that the program runs as an ordinary user anyway.
set -eu

if [ "$(id -u)" != 0 ]; then
  echo "skipped: these tests run as an ordinary user already"
  exit 77
fi

user=61234 # has no name and owns nothing
sandboxees=$1
program=$2
shift 2

place=$(mktemp -d "${TMPDIR:-/tmp}/glovebox-unprivileged-XXXXXX")
trap 'rm -rf "$place"' EXIT
cp -r "$sandboxees" "$place/sandboxees"
cp "$program" "$place/program"
mkdir "$place/tmp"
chown -R "$user:$user" "$place"
chmod 0755 "$place"

cd "$place/tmp"
TMPDIR="$place/tmp" GLOVEBOX_SANDBOXEES_DIR="$place/sandboxees" HOME="$place/tmp" \
  setpriv --reuid "$user" --regid "$user" --clear-groups --inh-caps=-all "$place/program" "$@"
