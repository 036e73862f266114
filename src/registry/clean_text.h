// Moved to base/clean_text.h; this name is kept for includes that are not changed yet.
#pragma once

#include "base/clean_text.h"
