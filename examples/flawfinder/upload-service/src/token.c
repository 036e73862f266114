#include "token.h"

#include <stdlib.h>
#include <time.h>

unsigned make_token(void) {
  srand((unsigned)time(NULL));
  return (unsigned)rand();
}
