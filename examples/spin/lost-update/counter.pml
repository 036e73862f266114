byte counter = 0;
byte finished = 0;

active [2] proctype Clerk() {
  byte seen;
  seen = counter;
  counter = seen + 1;
  finished++
}

active proctype Auditor() {
  (finished == 2);
  assert(counter == 2)
}
