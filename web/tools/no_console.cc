// Where the console was not built: the server answers with a plain page.
#include "http/console_files.h"

namespace glovebox {

std::span<const ConsoleFile> console_files() {
  return {};
}

}  // namespace glovebox
