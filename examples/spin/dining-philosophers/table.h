#define SEATS 3
#define LEFT(i) (i)
#define RIGHT(i) (((i) + 1) % SEATS)

bool taken[SEATS];
bool eating[SEATS];

inline take(fork) { atomic { !taken[fork] -> taken[fork] = true } }
inline put_back(fork) { taken[fork] = false }
