// Boost.JSON compiled here once: Debian 12 has it as headers under a package name of its own
// version.
#include <boost/json/src.hpp>
