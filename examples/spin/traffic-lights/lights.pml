/* Whoever holds the token may turn green, and hands it on when red again. */
mtype = { red, green };

mtype light[2] = red;
chan token[2] = [1] of { bit };

proctype Light(byte self) {
  do
  :: token[self] ? _ ->
     light[self] = green;
     light[self] = red;
     token[1 - self] ! 1
  od
}

active proctype Monitor() {
  end: atomic {
    (light[0] == green && light[1] == green) -> assert(false)
  }
}

init {
  token[0] ! 1;
  atomic { run Light(0); run Light(1) }
}
