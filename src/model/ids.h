// Typed ids. Generated ids have 130 random bits after a readable prefix.
//
// The id of a job, and of a check-up, has the time between prefix and random part. So jobs are in
// the order of their ids, and the database appends them at the end of each of its trees.
#pragma once

#include "base/strong_id.h"

namespace glovebox {

using ToolId = StrongId<struct ToolIdTag>;
using ProjectId = StrongId<struct ProjectIdTag>;
using JobId = StrongId<struct JobIdTag>;
using CheckupId = StrongId<struct CheckupIdTag>;
using WebhookId = StrongId<struct WebhookIdTag>;
// The `webhook-id` of a message: the same at each attempt to deliver it.
using DeliveryId = StrongId<struct DeliveryIdTag>;
// A client: the name of an API key, else an address in the form of admission ("ip:192.0.2.7").
using ClientId = StrongId<struct ClientIdTag>;

ProjectId new_project_id();
JobId new_job_id();
CheckupId new_checkup_id();
WebhookId new_webhook_id();
DeliveryId new_delivery_id();

}  // namespace glovebox
