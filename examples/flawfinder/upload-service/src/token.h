#ifndef TOKEN_H
#define TOKEN_H

/* Names one upload. */
unsigned make_token(void);

#endif
