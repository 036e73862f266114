// The read-only root that a slot's jobs see: a tmpfs with /usr bound, its links, a small generated
// /etc, a small /dev, and empty folders on which each job mounts its own /proc, /tmp, /dev/shm and
// /work.
//
// A job may have another root (SandboxSpec::root): its init mounts an overlay of the skeleton and
// that folder at "job-root" (job_mounts.cc).
//
// The slot's root is the folder "root" of a small tmpfs, which is the root of the slot's mount
// namespace. The slot changes its root to that folder (chroot(2)) and keeps the tmpfs as its
// current directory. Next to "root" are "store", the project store, and "disk", the file system of
// a job. A job can reach neither, and its mountinfo shows neither, because that lists only what is
// below the reader's root.
//
// A slot calls these functions inside its own namespaces, in this order. The root contains nothing
// else.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"
#include "sandbox/slot/id_map.h"

namespace glovebox {

// Where the new root is built: a folder that every host has and that is not the source of a bind.
inline constexpr const char* kNewRoot = "/tmp";
// The path of a job's file while the root is being built.
std::string in_new_root(std::string_view path);

// Turns mount propagation off: later mounts are not visible outside (mount_namespaces(7)).
Result<void> make_mounts_private();
// The tmpfs, /usr and the host's top-level links (or folders, if /usr is not merged).
Result<void> build_root();
// Users, hosts, the linker's cache, alternatives, and the configuration that language runtimes
// need.
Result<void> build_etc();
// A new file system with device nodes and links, not attached yet. With it, no lock, time or mark
// on a device is shared with other jobs or the host. Only root of the host can create one
// (otherwise EPERM, mknod(2)). Called by the launcher.
Result<UniqueFd> make_devices();
// "skeleton", which is laid over another root: empty folders for a job's mounts, and the users and
// hosts of /etc. Then "roots", the folder with the other roots: `mount`, created by
// make_roots_mount(), or, if it is invalid, a bind of the folder `roots`.
Result<void> build_skeleton();
Result<void> attach_roots(const UniqueFd& mount, const UniqueFd& roots);
// A detached, read-only copy of the mount of the folder with other roots, for slots that may not
// reach it by path. Called by a launcher that is root.
Result<UniqueFd> make_roots_mount(const std::string& directory);
// Attaches `devices`; if it is invalid, binds the devices of the host, read-only.
Result<void> build_dev(const UniqueFd& devices);
// The project store at "store": the idmapped `mount` if it is valid, otherwise a plain bind of the
// folder `store` (opened before the root was covered).
Result<void> attach_store(const UniqueFd& mount, const UniqueFd& store);
// pivot_root(2), detach the old root, make everything read-only, then chroot(2). `own_proc` is set
// to whether proc(5) could be mounted: the kernel refuses that if the /proc that we see is masked,
// as in most containers.
Result<void> enter_root(bool& own_proc);

}  // namespace glovebox
