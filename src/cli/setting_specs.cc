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
                "Public address of the server, if a proxy is in front of it"},
    SettingSpec{"server", "trusted_proxies", &Settings::trusted_proxies, kServe, "NETWORK",
                "Proxies whose X-Forwarded-For is trusted, such as 10.0.0.0/8"},
    SettingSpec{"server", "allowed_hosts", &Settings::allowed_hosts, kServe, "NAME",
                "Host names accepted in requests, besides loopback"},
    SettingSpec{"server", "drain_timeout", &Settings::drain_timeout, kServe, "TIME",
                "How long running jobs may continue after SIGTERM", 0, kYearMs},
    SettingSpec{"server", "ready_check", &Settings::ready_check, kServe, "CHECK",
                "What /api/ready checks: basic, or deep as /api/health?deep=true", 0, 0,
                "basic|deep"},
    SettingSpec{"server", "docs_dir", &Settings::docs_dir, kServe, "DIR",
                "Folder of the documentation as a site, served at /docs; see docs/make-site"},
    SettingSpec{"storage", "data_dir", &Settings::data_dir, kServe, "DIR",
                "Directory for projects and jobs; created if missing"},
    SettingSpec{"storage", "project_ttl", &Settings::project_ttl, kServe, "TIME",
                "How long a project is kept", 1000, kYearMs},
    SettingSpec{"storage", "job_ttl", &Settings::job_ttl, kServe, "TIME",
                "How long a finished job is kept", 1000, kYearMs},
    SettingSpec{"storage", "storage_quota", &Settings::storage_quota, kServe, "SIZE",
                "Size limit of the data directory; one client may use a quarter of it; 0: no "
                "limit",
                0, 1024 * kTebibyte},
    SettingSpec{"tools", "tools_dirs", &Settings::tools_dirs, kLocal, "DIR",
                "Folder of tool manifests; may be repeated", 0, 0, "", "tools-dir", ":"},
    SettingSpec{"tools", "examples_dirs", &Settings::examples_dirs, kLocal, "DIR",
                "Folder of example projects; may be repeated", 0, 0, "", "examples-dir", ":"},
    SettingSpec{"tools", "images_dir", &Settings::images_dir, kLocal, "DIR",
                "Folder of the images that tools run in; see 'glovebox image'"},
    SettingSpec{"tools", "presets_dir", &Settings::presets_dir, kLocal, "DIR",
                "Folder of presets: check-ups with an address of their own"},
    SettingSpec{"queue", "concurrency", &Settings::concurrency, kServe, "N",
                "Jobs that run at once; 0: the number of CPUs available", 0, 1024},
    SettingSpec{"queue", "queue_capacity", &Settings::queue_capacity, kServe, "N",
                "Queue length: jobs that may wait", 1, kMillion},
    SettingSpec{"limits", "hourly_per_client", &Settings::hourly_per_client, kServe, "N",
                "Executions per hour and client; 0: no limit", 0, kMillion},
    SettingSpec{"limits", "concurrent_per_client", &Settings::concurrent_per_client, kServe, "N",
                "Queued and running jobs per client; 0: no limit", 0, kMillion},
    SettingSpec{"limits", "streams_per_client", &Settings::streams_per_client, kServe, "N",
                "Open event streams per client; 0: no limit", 0, kMillion},
    SettingSpec{"limits", "cpus_per_job", &Settings::cpus_per_job, kLocal, "N",
                "CPU limit of a job whose tool uses several; 0: the number of CPUs available", 0,
                1024},
    SettingSpec{"limits", "upload_bytes", &Settings::upload_bytes, kServe, "SIZE",
                "Size limit of an archive", 1, kTebibyte},
    SettingSpec{"limits", "unpacked_bytes", &Settings::unpacked_bytes, kLocal, "SIZE",
                "Size limit of an unpacked project", 1, kTebibyte},
    SettingSpec{"limits", "file_bytes", &Settings::file_bytes, kLocal, "SIZE",
                "Size limit of a file in a project", 1, kTebibyte},
    SettingSpec{"limits", "archive_entries", &Settings::archive_entries, kLocal, "N",
                "Limit on files and folders in a project", 1, kMillion},
    SettingSpec{"limits", "archive_ratio", &Settings::archive_ratio, kLocal, "N",
                "Limit on unpacked size divided by archive size", 1, kMillion},
    SettingSpec{"outbound", "dns_server", &Settings::dns_server, kServe, "ADDRESS[:PORT]",
                "DNS server for requests to other machines, instead of /etc/resolv.conf"},
    SettingSpec{"outbound", "ca_file", &Settings::ca_file, kServe, "FILE",
                "PEM file of certificate authorities that are trusted besides the system's"},
    SettingSpec{"webhooks", "allow_networks", &Settings::allow_networks, kServe, "NETWORK",
                "Networks that are not public, to which webhooks may be sent, also without TLS"},
    SettingSpec{
        "webhooks", "secret_file", &Settings::secret_file, kServe, "FILE",
        "File with the secret that signs the webhooks of requests; a second line signs, too"},
    SettingSpec{"webhooks", "webhooks_per_client", &Settings::webhooks_per_client, kServe, "N",
                "Webhooks per client", 0, kMillion},
    SettingSpec{"isolation", "require_tier", &Settings::require_tier, kLocal, "TIER",
                "Minimum isolation tier: landlock or namespaces", 0, 0, "landlock|namespaces"},
    SettingSpec{"isolation", "require_layers", &Settings::require_layers, kLocal, "LAYER",
                "Required isolation layers, such as seccomp,landlock,cgroup"},
    SettingSpec{"metrics", "listen", &Settings::metrics_listen, kServe, "HOST:PORT",
                "Address for GET /metrics without a key; none by default", 0, 0, "", "", "",
                "metrics_listen"},
    SettingSpec{"auth", "keys_file", &Settings::keys_file, kLocal, "FILE",
                "API keys file; each request then needs a key; see 'glovebox key'"},
    SettingSpec{"auth", "trusted_user_header", &Settings::trusted_user_header, kServe, "NAME",
                "Header in which trusted_proxies name the signed-in user, such as X-Remote-User"},
    SettingSpec{"auth", "oidc_issuer", &Settings::oidc_issuer, kServe, "URL",
                "OpenID provider with which people sign in"},
    SettingSpec{"auth", "oidc_client_id", &Settings::oidc_client_id, kServe, "ID",
                "Id of this server at the OpenID provider"},
    SettingSpec{"auth", "oidc_client_secret_file", &Settings::oidc_client_secret_file, kServe,
                "FILE", "File with the client secret; without it the server is a public client"},
    SettingSpec{"auth", "session_ttl", &Settings::session_ttl, kServe, "TIME",
                "How long a person stays signed in", 60'000, kYearMs},
    SettingSpec{"log", "log_format", &Settings::log_format, kServe, "FORMAT",
                "Format of the log: text or json", 0, 0, "text|json"},
    SettingSpec{"log", "audit_file", &Settings::audit_file, kServe, "FILE",
                "File for audit events, in a folder of its own; without it they go to the log"},
};

}  // namespace

std::span<const SettingSpec> setting_specs() {
  return kSpecs;
}

}  // namespace glovebox
