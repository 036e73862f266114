# Sets the machine up as the kernel's command line says. Sourced by the scripts that are process 1.
#
#   glovebox.user=root|ordinary
#   glovebox.cgroups=v2|none
#   glovebox.env=NAME=VALUE,...   for the programs that run
#
# Sets $become, which runs a command as that user, and $group, the cgroup in which it starts.
export PATH=/usr/bin
for applet in cat chmod chown dmesg ifconfig mkdir mkfifo mount poweroff sed sleep sync tar; do
  [ -e /usr/bin/$applet ] || busybox ln -s busybox /usr/bin/$applet
done

mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
mkdir -p /dev/shm /dev/pts
mount -t tmpfs none /dev/shm
mount -t devpts none /dev/pts
chmod 1777 /dev/shm /tmp
chown -R 0:0 /usr /etc /tests # whatever user created the image

# Without these, what a sandbox refuses would also be refused outside, and would prove nothing.
ifconfig lo up
echo 1 > /proc/sys/kernel/perf_event_paranoid

setting() { sed -n "s/.*glovebox\.$1=\([^ ]*\).*/\1/p" /proc/cmdline; }
user=$(setting user)
for pair in $(setting env | sed 's/,/ /g'); do export "${pair?}"; done

# What a service manager allows, and the server uses.
# shellcheck disable=SC3045 # busybox has it
ulimit -n 524288

export TMPDIR=/home/tests GLOVEBOX_SANDBOXEES_DIR=/tests/sandboxees
mkdir -p $TMPDIR
become=
if [ "$user" = ordinary ]; then
  become="/usr/bin/setpriv --reuid 61234 --regid 61234 --clear-groups --inh-caps=-all"
  chown 61234:61234 $TMPDIR /results
fi

# As a service manager delegates a cgroup: it is ours to divide, its parent has the controllers
# enabled, and the tests start inside it (cgroups(7), "Cgroups delegation").
group=/sys/fs/cgroup/tests
if [ "$(setting cgroups)" = v2 ]; then
  mount -t cgroup2 none /sys/fs/cgroup
  echo "+memory +pids +cpu" > /sys/fs/cgroup/cgroup.subtree_control
  mkdir $group
  if [ "$user" = ordinary ]; then
    chown 61234:61234 $group $group/cgroup.procs $group/cgroup.subtree_control $group/cgroup.threads
  fi
fi

# Writes /results to the second disk, and turns the machine off.
leave() {
  tar -cf /dev/vdb -C /results . && echo "glovebox-vm: results written"
  sync
  poweroff -f
}
