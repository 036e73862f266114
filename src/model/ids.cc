#include "model/ids.h"

#include <chrono>
#include <cstdint>
#include <string>

#include "base/random.h"

namespace glovebox {
namespace {

// Eight digits in base 62 can hold milliseconds for about seven thousand years.
std::string ordered_text(std::uint64_t number) {
  std::string text(8, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, number /= 62) {
    *digit = kIdAlphabet[number % 62];
  }
  return text;
}

std::string now_text() {
  using namespace std::chrono;
  auto now = duration_cast<milliseconds>(system_clock::now().time_since_epoch());
  return ordered_text(static_cast<std::uint64_t>(now.count()));
}

}  // namespace

ProjectId new_project_id() {
  return ProjectId(random_id("prj_"));
}
JobId new_job_id() {
  return JobId(random_id("job_" + now_text()));
}
CheckupId new_checkup_id() {
  return CheckupId(random_id("chk_" + now_text()));
}
WebhookId new_webhook_id() {
  return WebhookId(random_id("whk_"));
}
DeliveryId new_delivery_id() {
  return DeliveryId(random_id("msg_" + now_text()));
}

}  // namespace glovebox
