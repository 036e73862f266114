// JSON Schemas of what our results have as `structuredContent`.
#pragma once

#include <boost/json/object.hpp>

namespace glovebox {

// Of a registered tool. Made once: each tool of the list has it.
const boost::json::object& run_output_schema();
boost::json::object checkup_output_schema();   // of check_project
boost::json::object started_output_schema();   // of start_run
boost::json::object read_run_output_schema();  // either of the first two, or how far it is
boost::json::object findings_output_schema();  // of read_findings
boost::json::object examples_output_schema();  // of list_examples

}  // namespace glovebox
