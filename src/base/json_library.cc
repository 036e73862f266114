// Compiles Boost.JSON once. Debian 12 has it as headers in a package with its own version.
#include <boost/json/src.hpp>
