#include "http/wire/audit.h"

#include "base/audit_log.h"
#include "http/http_options.h"

namespace glovebox {

LogEvent audit_event(const HttpRequest& request, std::string_view event) {
  LogEvent made(event);
  made.request(request.id).client(request.client.str());
  if (request.trace) made.trace(request.trace->trace_id);
  made.with("address", request.address.str());
  return made;
}

void audit(const HttpOptions& options, const LogEvent& event) {
  if (options.audit != nullptr) return options.audit->write(event);
  AuditLog().write(event);
}

}  // namespace glovebox
