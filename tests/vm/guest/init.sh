#!/bin/sh
# Process 1 of the initramfs: finds the root disk, changes its root to it and runs the script in
# /tests that glovebox.script names. Linked as /init.
b=/bin/busybox
$b mount -t proc none /proc
$b mount -t devtmpfs none /dev
for module in /modules/*; do
  $b insmod "$module" || echo "glovebox-vm: cannot load $module"
done
$b mount -t ext4 /dev/vda /root || echo "glovebox-vm: cannot mount the root disk"
script=$($b sed -n 's/.*glovebox\.script=\([^ ]*\).*/\1/p' /proc/cmdline)
$b umount /proc /dev
exec $b switch_root /root "/tests/${script:-run.sh}"
