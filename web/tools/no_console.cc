// Used if the console was not built: the server returns a plain page.
#include "http/console_files.h"

namespace glovebox {

std::span<const ConsoleFile> console_files() {
  return {};
}

}  // namespace glovebox
