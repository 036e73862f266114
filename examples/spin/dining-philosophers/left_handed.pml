#include "table.h"

active [SEATS] proctype Philosopher() {
  byte first = LEFT(_pid), second = RIGHT(_pid);
  if
  :: _pid == 0 -> first = RIGHT(_pid); second = LEFT(_pid)
  :: else
  fi;
  do
  :: take(first);
     take(second);
     eating[_pid] = true;
     eating[_pid] = false;
     put_back(second);
     put_back(first)
  od
}

ltl both_forks { [] (eating[1] -> (taken[LEFT(1)] && taken[RIGHT(1)])) }
