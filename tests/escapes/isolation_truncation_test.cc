// Threat B 21: truncating a file without opening it for writing.
#include <fstream>
#include <iterator>

#include "checks.h"
#include "sandbox_fixture.h"

namespace glovebox {
namespace {

using IsolationTest = SandboxFixture;

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_F(IsolationTest, T21AFileOfTheServerIsNotEmptiedByOpeningItForNothing) {
  std::string control = make_host_file("for-control");
  OutsideRun outside = run_outside("open_for_nothing", {control});
  EXPECT_EQ(content_of(control), "");
  std::string file = make_host_file("state.db");
  expect_refused(run(spec("open_for_nothing", {file})), outside, united(refusals(), absences()));
  EXPECT_EQ(content_of(file), "of the host\n");
}

}  // namespace
}  // namespace glovebox
