// Compiles Beast once, for the server and the client (BOOST_BEAST_SEPARATE_COMPILATION).
#include <boost/beast/src.hpp>
