#ifndef CONFIG_H
#define CONFIG_H

struct setting {
  char *key;
  char *value;
};

/* Splits "key = value". Returns 0, or -1 where there is no '='. */
int parse_setting(struct setting *out, const char *line);

/* How many settings the file holds, or -1. */
int count_settings(const char *path);

#endif
