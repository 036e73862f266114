// `Execution` as responses contain it.
#pragma once

#include <boost/json/object.hpp>

#include "execution/jobs.h"

namespace glovebox {

boost::json::object execution_json(const ExecutionResult& result, WithOutput with_output);

}  // namespace glovebox
