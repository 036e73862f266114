// `Execution` as answers carry it.
#pragma once

#include <boost/json/object.hpp>

#include "execution/execution_service.h"

namespace glovebox {

enum class WithOutput { kNo, kYes };
boost::json::object execution_json(const ExecutionResult& result, WithOutput with_output);

}  // namespace glovebox
