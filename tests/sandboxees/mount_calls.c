// Mounts, with old and new calls, and changes of root. Only in its own namespaces.
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "probe.h"

// From linux/fs headers that clash with the C library's sys/mount.h.
#define OLD_MS_RDONLY 1
#define OLD_MS_REMOUNT 32
#define OLD_MS_BIND 4096
#define OLD_MNT_DETACH 2

static long mount_raw(const char* from, const char* to, const char* type, long flags) {
  return syscall(SYS_mount, from, to, type, flags, NULL);
}

static int pivot(long unused) {
  (void)unused;
  // Onto itself: EINVAL or EBUSY, or harmless, if the call is allowed.
  return syscall(SYS_pivot_root, "probe", "probe") == 0 ? 0 : errno;
}

static int change_root(long unused) {
  (void)unused;
  return chroot("probe") == 0 ? 0 : errno;
}

static void try_old_calls(void) {
  long mounted = mount_raw("none", "probe", "tmpfs", 0);
  report("mount-tmpfs", mounted);
  if (mounted == 0) syscall(SYS_umount2, "probe", OLD_MNT_DETACH);
  mounted = mount_raw(".", "probe", NULL, OLD_MS_BIND);
  report("mount-bind", mounted);
  if (mounted == 0) syscall(SYS_umount2, "probe", OLD_MNT_DETACH);
  mounted = mount_raw("none", "probe", "proc", 0);
  report("mount-proc", mounted);
  if (mounted == 0) syscall(SYS_umount2, "probe", OLD_MNT_DETACH);
  report("mount-remount", mount_raw("none", "probe", NULL, OLD_MS_REMOUNT | OLD_MS_BIND));
  report("umount", syscall(SYS_umount2, "probe", OLD_MNT_DETACH));
}

static void try_new_calls(void) {
  struct mount_attr nothing = {0};
  report("open-tree", syscall(SYS_open_tree, AT_FDCWD, ".", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  report("move-mount", syscall(SYS_move_mount, -1, "", -1, "", 0));
  int context = (int)syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC);
  report("fsopen", context);
  report("fsconfig", syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
  report("fsmount", syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0));
  report("fspick", syscall(SYS_fspick, AT_FDCWD, ".", FSPICK_CLOEXEC));
  report("mount-setattr",
         syscall(SYS_mount_setattr, -1, "", AT_EMPTY_PATH, &nothing, sizeof nothing));
}

int main(void) {
  require_confinement();
  if (mkdir("probe", 0755) != 0 && errno != EEXIST) return 2;
  try_old_calls();
  try_new_calls();
  report_in_child("pivot-root", pivot, 0);
  report_in_child("chroot", change_root, 0);
  rmdir("probe");
  return 0;
}
