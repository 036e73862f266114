// Looks for a tool's image and for the tool's programs in it.
#pragma once

#include <string>

#include "base/result.h"
#include "images/image_catalog.h"
#include "model/tool.h"

namespace glovebox {

// For a tool that names an image. The Error is plain words for why the tool is unavailable.
Result<ToolImage> probe_image(const Tool& tool, ImageCatalog& images);

}  // namespace glovebox
