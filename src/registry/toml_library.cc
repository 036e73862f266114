#define TOML_IMPLEMENTATION
#include "registry/toml_library.h"
