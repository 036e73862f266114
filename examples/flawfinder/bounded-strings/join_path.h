#ifndef JOIN_PATH_H
#define JOIN_PATH_H

#include <stddef.h>

/* Writes "folder/name" to out, always terminated. Returns 0, or -1 where it does not fit. */
int join_path(char *out, size_t capacity, const char *folder, const char *name);

#endif
