#!/bin/sh
# Runs a test program as an ordinary user: run_unprivileged.sh SANDBOXEES PROGRAM [ARGUMENT…]
# The build may be where that user has no access, so both are copied. Not to /tmp, because jobs of
# the landlock tier read that as their own folder; for that tier to memory, as recommended for its
# work folder. Exit code 77: not root, so the program runs as an ordinary user anyway.
set -eu

if [ "$(id -u)" != 0 ]; then
  # Only this run requests another tier.
  if [ "${GLOVEBOX_TEST_TIER:-namespaces}" != namespaces ]; then
    export GLOVEBOX_SANDBOXEES_DIR="$1"
    shift
    exec "$@"
  fi
  echo "skipped: these tests run as an ordinary user already"
  exit 77
fi

user=61234 # has no name and owns nothing
sandboxees=$1
program=$2
shift 2

where=/var/tmp
capability=
if [ "${GLOVEBOX_TEST_TIER:-}" = landlock ]; then
  findmnt -nro OPTIONS -T /dev/shm | grep -q noexec || where=/dev/shm
  capability=,+net_raw # which some service manager gave: jobs must not have it
fi
place=$(mktemp -d "$where/glovebox-unprivileged-XXXXXX")
trap 'rm -rf "$place"' EXIT
cp -r "$sandboxees" "$place/sandboxees"
cp "$program" "$place/program"
mkdir "$place/tmp"
chown -R "$user:$user" "$place"
chmod 0755 "$place"

cd "$place/tmp"
TMPDIR="$place/tmp" GLOVEBOX_SANDBOXEES_DIR="$place/sandboxees" HOME="$place/tmp" \
  setpriv --reuid "$user" --regid "$user" --clear-groups --inh-caps="-all$capability" \
  ${capability:+--ambient-caps=+net_raw} "$place/program" "$@"
