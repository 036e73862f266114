#!/bin/sh
# Process 1 of the machine: lays the host out as the kernel's command line says, runs each test
# program, and leaves what they reported as a tar archive on the second disk.
#
#   glovebox.user=root|ordinary
#   glovebox.cgroups=v2|none
#   glovebox.programs=PATTERN,... of the test programs
#   glovebox.seconds=N            for each test program
#   glovebox.env=NAME=VALUE,...   for the test programs
export PATH=/usr/bin
for applet in cat chmod chown ifconfig mkdir mkfifo mount poweroff sed sleep sync tar; do
  [ -e /usr/bin/$applet ] || busybox ln -s busybox /usr/bin/$applet
done

mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
mkdir -p /dev/shm /dev/pts
mount -t tmpfs none /dev/shm
mount -t devpts none /dev/pts
chmod 1777 /dev/shm /tmp
chown -R 0:0 /usr /etc /tests # whoever made the image

# Without these, what a sandbox refuses would be refused outside too, and prove nothing.
ifconfig lo up
echo 1 > /proc/sys/kernel/perf_event_paranoid

setting() { sed -n "s/.*glovebox\.$1=\([^ ]*\).*/\1/p" /proc/cmdline; }
user=$(setting user)
seconds=$(setting seconds)
for pair in $(setting env | sed 's/,/ /g'); do export "${pair?}"; done

# What a service manager allows, and the server takes.
# shellcheck disable=SC3045 # busybox has it
ulimit -n 524288

export TMPDIR=/home/tests GLOVEBOX_SANDBOXEES_DIR=/tests/sandboxees
mkdir -p $TMPDIR
become=
if [ "$user" = ordinary ]; then
  become="/usr/bin/setpriv --reuid 61234 --regid 61234 --clear-groups --inh-caps=-all"
  chown 61234:61234 $TMPDIR /results
fi

# As a service manager delegates a cgroup: ours to divide, with the controllers on above it, and
# the tests start inside it (cgroups(7), "Cgroups delegation").
group=/sys/fs/cgroup/tests
if [ "$(setting cgroups)" = v2 ]; then
  mount -t cgroup2 none /sys/fs/cgroup
  echo "+memory +pids +cpu" > /sys/fs/cgroup/cgroup.subtree_control
  mkdir $group
  if [ "$user" = ordinary ]; then
    chown 61234:61234 $group $group/cgroup.procs $group/cgroup.subtree_control $group/cgroup.threads
  fi
fi

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
tar -cf /dev/vdb -C /results . && echo "glovebox-vm: results written"
sync
poweroff -f
