// The read-only root that a slot's jobs see: a tmpfs with /usr bound, its links, a small generated
// /etc, a small /dev, and the empty places where each job mounts its own: /proc, /tmp, /dev/shm,
// /work.
//
// A job may have another root (SandboxSpec::root): its init lays the skeleton over that folder, at
// "job-root" (job_mounts.cc).
//
// The slot's root is the folder "root" of a small tmpfs, which is the root of the slot's mount
// namespace. The slot changes its root to that folder (chroot(2)) and keeps the tmpfs as its
// current directory. Beside it are "store", the project store, and "disk", the file system of a
// job: a job can reach neither, and mountinfo shows it neither, since that lists only what is below
// the reader's root.
//
// Called by a slot inside its own namespaces, in this order. What is not put there is not there.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"
#include "sandbox/slot/id_map.h"

namespace glovebox {

// Where the new root is built; any folder that every host has and that no bind comes from.
inline constexpr const char* kNewRoot = "/tmp";
// A path as a job will see it, in the root that is being built.
std::string in_new_root(std::string_view path);

// Mount propagation off: nothing that is mounted from here on is seen outside
// (mount_namespaces(7)).
Result<void> make_mounts_private();
// The tmpfs, /usr and the top-level links of the host (or folders, where they are not merged).
Result<void> build_root();
// Users, hosts, the linker's cache, alternatives, and the configuration that language runtimes
// want.
Result<void> build_etc();
// A file system with device nodes and links of its own, not attached yet: then no lock, time or
// mark on a device is shared with other jobs or the host. Only root of the host can make one (EPERM
// otherwise, mknod(2)). Called by the launcher.
Result<UniqueFd> make_devices();
// "skeleton", what is laid over another root: the empty places where a job's mounts go, and the
// users and hosts of /etc. Then "roots", the folder with those other roots: `mount`, made by
// make_roots_mount(), or where it is invalid a bind of the folder `roots`.
Result<void> build_skeleton();
Result<void> attach_roots(const UniqueFd& mount, const UniqueFd& roots);
// A detached, read-only copy of the mount of the folder with other roots, for slots that may not
// get there by path. Called by the launcher of root.
Result<UniqueFd> make_roots_mount(const std::string& directory);
// Attaches `devices`; where it is invalid, binds the devices of the host, read-only.
Result<void> build_dev(const UniqueFd& devices);
// The project store at "store": idmapped where `mount` is valid, else a plain bind of the folder
// `store` (open before the root was covered).
Result<void> attach_store(const UniqueFd& mount, const UniqueFd& store);
// pivot_root(2), old root detached, everything read-only, then chroot(2). `own_proc` tells whether
// proc(5) could be mounted: the kernel refuses it where the /proc that we see is masked, as in most
// containers.
Result<void> enter_root(bool& own_proc);

}  // namespace glovebox
