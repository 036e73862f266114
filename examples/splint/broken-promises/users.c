#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  int id;
  const char *name;
} user;

static const user users[] = {{1, "ada"}, {2, "grace"}};

/*@null@*/ /*@observer@*/ static const user *find_user(int id) {
  size_t i;
  for (i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
    if (users[i].id == id) {
      return &users[i];
    }
  }
  return NULL;
}

static void greet(int id) {
  const user *who = find_user(id);
  char *text = (char *)malloc(64);
  strcpy(text, "hello, ");
  strcat(text, who->name);
  printf("%s\n", text);
}

int main(void) {
  int id;
  greet(id);
  return 0;
}
