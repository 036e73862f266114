#!/bin/sh
# Process 1 of the machine: a server under siege; see siege.py, and machine.sh for the host.
#
#   glovebox.seconds=N   duration of the siege
#   glovebox.tier=namespaces|landlock
#   glovebox.seed=N
# shellcheck source=tests/vm/guest/machine.sh
. /tests/machine.sh
tier=$(setting tier)
seconds=$(setting seconds)
# Without user namespaces, only the landlock tier is available.
[ "$tier" = namespaces ] || echo 0 > /proc/sys/user/max_user_namespaces

# A damaged machine may not be able to report, so the console has the kernel's messages too.
cat /dev/kmsg > /results/kernel.log &
# The server must be alone in its cgroup; otherwise it would not use it.
export GLOVEBOX_SIEGE_CGROUP=$group
# shellcheck disable=SC2086 # words, not one
/usr/bin/timeout -s KILL $((seconds + 400)) $become /usr/bin/python3 -B /tests/siege.py \
  "$tier" "$seconds" "$(setting seed)" > /results/siege.log 2>&1
echo $? > /results/siege.status
sleep 1
leave
