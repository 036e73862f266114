// The read-only root that a slot's jobs see: a tmpfs with /usr bound, its links, a small generated
// /etc, a small /dev, and the empty places where each job mounts its own: /proc, /tmp, /dev/shm,
// /work.
//
// Called by a slot inside its own namespaces, in this order. What is not put there is not there.
#pragma once

#include <string>

#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"
#include "sandbox/id_map.h"

namespace glovebox {

// Where the new root is built; any folder that every host has and that no bind comes from.
inline constexpr const char* kNewRoot = "/tmp";

// What programs below /usr need of the host's /etc, where it is there. Everything else of /etc
// stays outside, secrets above all.
inline constexpr std::string_view kSharedEtc[] = {"alternatives",
                                                  "ld.so.cache",
                                                  "ld.so.conf",
                                                  "ld.so.conf.d",
                                                  "java-11-openjdk",
                                                  "java-17-openjdk",
                                                  "java-21-openjdk",
                                                  "mono",
                                                  "ssl/certs/java",
                                                  "ssl/openssl.cnf",
                                                  "perl",
                                                  "python3",
                                                  "python3.11",
                                                  "python3.12",
                                                  "frama-c"};

// Mount propagation off: nothing that is mounted from here on is seen outside
// (mount_namespaces(7)).
Result<void> make_mounts_private();
// The tmpfs, /usr and the top-level links of the host (or folders, where they are not merged).
Result<void> build_root();
// Users, hosts, the linker's cache, alternatives, and the configuration that language runtimes
// want.
Result<void> build_etc();
Result<void> build_dev();
// The project store at /work, where each job's overlay covers it: idmapped where `mount` is valid,
// else a plain bind of the folder `store` (open before the root was covered).
Result<void> attach_store(const UniqueFd& mount, const UniqueFd& store);
// pivot_root(2), old root detached, everything read-only. `own_proc` tells whether proc(5) could be
// mounted: the kernel refuses it where the /proc that we see is masked, as in most containers.
Result<void> enter_root(bool& own_proc);

}  // namespace glovebox
