#include <fcntl.h>

/* Makes the file for the measurments. */
int make_log(const char *path) { return creat(path, 0600); }
