#include "table.h"

active [SEATS] proctype Philosopher() {
  do
  :: take(LEFT(_pid));
     take(RIGHT(_pid));
     eating[_pid] = true;
     eating[_pid] = false;
     put_back(RIGHT(_pid));
     put_back(LEFT(_pid))
  od
}
