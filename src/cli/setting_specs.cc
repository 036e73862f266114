#include <array>

#include "cli/settings.h"

namespace glovebox {
namespace {

constexpr std::int64_t kYearMs = 365LL * 24 * 3600 * 1000;
constexpr std::int64_t kMillion = 1'000'000;
constexpr std::int64_t kTebibyte = 1LL << 40;
constexpr auto kServe = SettingScope::kServe;
constexpr auto kLocal = SettingScope::kLocal;

constexpr std::array kSpecs{
    SettingSpec{"server", "listen", &Settings::listen, kServe, "HOST:PORT",
                "Address to listen on; port 0 picks a free one"},
    SettingSpec{"server", "public_url", &Settings::public_url, kServe, "URL",
                "Where users reach the server when a proxy stands in front of it"},
    SettingSpec{"server", "trusted_proxies", &Settings::trusted_proxies, kServe, "NETWORK",
                "Proxies whose X-Forwarded-For counts, such as 10.0.0.0/8"},
    SettingSpec{"server", "allowed_hosts", &Settings::allowed_hosts, kServe, "NAME",
                "Host names that requests may be addressed to, besides the loopback's"},
    SettingSpec{"server", "drain_timeout", &Settings::drain_timeout, kServe, "TIME",
                "How long running jobs may go on after SIGTERM", 0, kYearMs},
    SettingSpec{"storage", "data_dir", &Settings::data_dir, kServe, "DIR",
                "Where projects and jobs are kept; made when missing"},
    SettingSpec{"storage", "project_ttl", &Settings::project_ttl, kServe, "TIME",
                "How long a project is kept", 1000, kYearMs},
    SettingSpec{"storage", "job_ttl", &Settings::job_ttl, kServe, "TIME",
                "How long a job is kept after its end", 1000, kYearMs},
    SettingSpec{"storage", "storage_quota", &Settings::storage_quota, kServe, "SIZE",
                "Most that the data directory may hold, a quarter of it for one client; 0 means no "
                "limit",
                0, 1024 * kTebibyte},
    SettingSpec{"tools", "tools_dirs", &Settings::tools_dirs, kLocal, "DIR",
                "Folder of tool manifests; may be given several times", 0, 0, "", "tools-dir", ":"},
    SettingSpec{"tools", "examples_dirs", &Settings::examples_dirs, kLocal, "DIR",
                "Folder of example projects; may be given several times", 0, 0, "", "examples-dir",
                ":"},
    SettingSpec{"queue", "concurrency", &Settings::concurrency, kServe, "N",
                "Jobs that run at once; 0 means the CPUs this process may use", 0, 1024},
    SettingSpec{"queue", "queue_capacity", &Settings::queue_capacity, kServe, "N",
                "Jobs that may wait", 1, kMillion},
    SettingSpec{"limits", "hourly_per_client", &Settings::hourly_per_client, kServe, "N",
                "Executions an hour of one client; 0 means no limit", 0, kMillion},
    SettingSpec{"limits", "concurrent_per_client", &Settings::concurrent_per_client, kServe, "N",
                "Jobs of one client, queued or running; 0 means no limit", 0, kMillion},
    SettingSpec{"limits", "streams_per_client", &Settings::streams_per_client, kServe, "N",
                "Event streams of one client, open at one time; 0 means no limit", 0, kMillion},
    SettingSpec{"limits", "upload_bytes", &Settings::upload_bytes, kServe, "SIZE",
                "Largest archive", 1, kTebibyte},
    SettingSpec{"limits", "unpacked_bytes", &Settings::unpacked_bytes, kLocal, "SIZE",
                "Largest project, all files together", 1, kTebibyte},
    SettingSpec{"limits", "file_bytes", &Settings::file_bytes, kLocal, "SIZE",
                "Largest file of a project", 1, kTebibyte},
    SettingSpec{"limits", "archive_entries", &Settings::archive_entries, kLocal, "N",
                "Most files and folders in a project", 1, kMillion},
    SettingSpec{"limits", "archive_ratio", &Settings::archive_ratio, kLocal, "N",
                "Most that an archive may grow when unpacked, as a factor", 1, kMillion},
    SettingSpec{"isolation", "require_tier", &Settings::require_tier, kLocal, "TIER",
                "Refuse to run anything with a weaker sandbox: landlock or namespaces", 0, 0,
                "landlock|namespaces"},
    SettingSpec{"isolation", "require_layers", &Settings::require_layers, kLocal, "LAYER",
                "Layers without which nothing runs, such as seccomp,landlock,cgroup"},
    SettingSpec{"auth", "keys_file", &Settings::keys_file, kLocal, "FILE",
                "API keys, one of which each request must bring; 'glovebox key' keeps it"},
};

}  // namespace

std::span<const SettingSpec> setting_specs() {
  return kSpecs;
}

}  // namespace glovebox
