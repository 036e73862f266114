#!/bin/sh
# Process 1 of the machine: runs each test program, and writes their reports as a tar archive to the
# second disk. machine.sh describes the host; in addition:
#
#   glovebox.programs=PATTERN,... of the test programs
#   glovebox.seconds=N            for each test program
# shellcheck source=tests/vm/guest/machine.sh
. /tests/machine.sh
seconds=$(setting seconds)

programs=
set -f # patterns as they are
for pattern in $(setting programs | sed 's/,/ /g'); do programs="$programs /tests/bin/$pattern"; done
set +f
# shellcheck disable=SC2086 # patterns
for program in $programs; do
  name=${program##*/}
  echo "glovebox-vm: $name"
  # shellcheck disable=SC2016,SC2086 # words, not one, for the inner shell
  /usr/bin/timeout -s KILL "$seconds" sh -c '[ ! -e "$0" ] || echo 0 > "$0"; exec "$@"' \
    $group/cgroup.procs $become "$program" --gtest_color=no --gtest_brief=1 \
    "--gtest_output=xml:/results/$name.xml" > "/results/$name.log" 2>&1
  echo $? > "/results/$name.status"
  # What this program left in its cgroup must not affect the next one; but it is reported.
  if [ -e $group ]; then
    sleep 0.2
    for left in "$group"/*/; do
      [ ! -d "$left" ] || echo "$left" >> "/results/$name.cgroups"
      busybox rmdir "$left" 2> /dev/null
    done
    echo "-memory -pids -cpu" > $group/cgroup.subtree_control
  fi
done
leave
