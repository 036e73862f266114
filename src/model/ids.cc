#include "model/ids.h"

#include "base/random.h"

namespace glovebox {

ProjectId new_project_id() {
  return ProjectId(random_id("prj_"));
}
JobId new_job_id() {
  return JobId(random_id("job_"));
}

}  // namespace glovebox
