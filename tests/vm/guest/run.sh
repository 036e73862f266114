#!/bin/sh
# Process 1 of the machine: runs each test program, and leaves what they reported as a tar archive
# on the second disk. See machine.sh for the host that it is, and on top of that
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
  # What this program did to its cgroup is not the next one's to find; but it is told.
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
