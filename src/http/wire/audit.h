// What routes tell the audit log. A route calls it as soon as the act is done and before it
// answers, so that an act is recorded even if its client is gone.
#pragma once

#include <string_view>

#include "base/log_event.h"
#include "http/wire/exchange.h"

namespace glovebox {

// `event`: a literal, "audit-upload", "audit-run", "audit-cancel", "audit-delete",
// "audit-key-refused", …; with the request, its client, its address and its trace.
LogEvent audit_event(const HttpRequest& request, std::string_view event);
// To the options' audit log.
void audit(const HttpOptions& options, const LogEvent& event);

}  // namespace glovebox
