#!/bin/sh
# Process 1 of the machine: a server under siege; see siege.py, and machine.sh for the host.
#
#   glovebox.seconds=N   of siege
#   glovebox.tier=namespaces|landlock
#   glovebox.seed=N
# shellcheck source=tests/vm/guest/machine.sh
. /tests/machine.sh
tier=$(setting tier)
seconds=$(setting seconds)
# Where no user may make a namespace, what is left is the landlock tier.
[ "$tier" = namespaces ] || echo 0 > /proc/sys/user/max_user_namespaces

# Since whoever is hurt may not live to tell, the console has the kernel's words too.
cat /dev/kmsg > /results/kernel.log &
# The server alone is in its cgroup, or it would not take it for its own.
export GLOVEBOX_SIEGE_CGROUP=$group
# shellcheck disable=SC2086 # words, not one
/usr/bin/timeout -s KILL $((seconds + 400)) $become /usr/bin/python3 -B /tests/siege.py \
  "$tier" "$seconds" "$(setting seed)" > /results/siege.log 2>&1
echo $? > /results/siege.status
sleep 1
leave
