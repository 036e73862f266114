/*@ assigns \result \from \nothing; */
extern int read_input(void);

static const int gear_ratio[5] = {356, 206, 138, 103, 81};

static int ratio_of(int gear) { return gear_ratio[gear]; }

static int fuel_per_hour(int litres, int hours) { return litres / hours; }

static int magnitude(int value) { return value < 0 ? -value : value; }

int main(void) {
  int ratio = ratio_of(read_input());
  int fuel = fuel_per_hour(100, read_input());
  return ratio ^ fuel ^ magnitude(read_input());
}
