#include "metrics/refusal_metrics.h"

#include <algorithm>
#include <array>
#include <string>

namespace glovebox {
namespace {

struct Named {
  std::string_view limit;  // "limit" in the details of the Error
  std::string_view reason;
};

// tests/checks/metrics_test.py compares this with the limits in the sources.
constexpr std::array kByLimit{
    Named{"queue_capacity", "queue_capacity"},
    Named{"stdin_of_all_jobs", "stdin_of_all_jobs"},
    Named{"hourly_per_client", "hourly_per_client"},
    Named{"concurrent_per_client", "concurrent_per_client"},
    Named{"clients", "clients"},
    Named{"storage_quota", "storage_quota"},
    Named{"storage_per_client", "storage_per_client"},
    Named{"items", "storage_items"},
    Named{"disk", "disk"},
    Named{"database", "database"},
    Named{"store_queue", "store_queue"},
    Named{"memory_budget", "memory_budget"},
    Named{"uploads_at_once", "uploads_at_once"},
    Named{"uploadBytes", "upload_bytes"},
    Named{"streams_per_client", "streams_per_client"},
    Named{"zips_per_client", "zips_per_client"},
    Named{"zips_at_once", "zips_at_once"},
    Named{"connections", "connections"},
    Named{"wrongKeys", "wrong_keys"},
};
// For those without such a limit.
constexpr std::array<std::string_view, 7> kByKind{"authentication",  "foreign_host", "too_large",
                                                  "hostile_archive", "rate_limit",   "unavailable",
                                                  "internal"};

std::string_view reason_of_kind(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kAuthentication:
      return kByKind[0];
    case ErrorKind::kForbidden:
      return kByKind[1];
    case ErrorKind::kPayloadTooLarge:
      return kByKind[2];
    case ErrorKind::kUnprocessable:
      return kByKind[3];
    case ErrorKind::kRateLimit:
      return kByKind[4];
    case ErrorKind::kQueueFull:
      return kByKind[5];
    case ErrorKind::kInternal:
      return kByKind[6];
    default:
      return {};
  }
}

}  // namespace

std::string_view refusal_reason(const Error& error) {
  std::string_view reason = reason_of_kind(error.kind());
  if (reason.empty()) return reason;
  const auto* limit = error.details().if_contains("limit");
  if (limit == nullptr || !limit->is_string()) return reason;
  std::string_view name(limit->get_string().data(), limit->get_string().size());
  auto known = std::find_if(kByLimit.begin(), kByLimit.end(),
                            [&](const Named& named) { return named.limit == name; });
  return known == kByLimit.end() ? reason : known->reason;
}

RefusalMetrics::RefusalMetrics(prometheus::Registry& registry) {
  auto& family = prometheus::BuildCounter()
                     .Name("glovebox_rejections_total")
                     .Help(
                         "Requests that were refused for a limit, a quota, a key or a foreign "
                         "host, or failed by a fault of the server, by reason.")
                     .Register(registry);
  auto add = [&](std::string_view reason) {
    by_reason_[reason] = &family.Add({{"reason", std::string(reason)}});
  };
  for (const Named& named : kByLimit) add(named.reason);
  for (std::string_view reason : kByKind) add(reason);
}

void RefusalMetrics::refused(const Error& error) {
  std::string_view reason = refusal_reason(error);
  if (!reason.empty()) by_reason_.at(reason)->Increment();
}

}  // namespace glovebox
