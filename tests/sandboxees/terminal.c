// Tries to push input into the terminal on descriptor 0, as if its user had typed it
// (CVE-2017-5226), also with garbage in the half of the number that the kernel ignores.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <termios.h>

#include "probe.h"

int main(void) {
  report_value("dev-tty", open("/dev/tty", O_RDWR | O_CLOEXEC));
  report_value("controlling-terminal", tcgetsid(0) < 0 ? 0 : 1);
  report_value("is-terminal", isatty(0));

  // A session leader without a terminal could take this one and then push input.
  setsid();
  syscall(SYS_ioctl, 0, TIOCSCTTY, 0);
  const unsigned long garbage = 0xdeadbeef00000000UL;
  char byte = 'x';
  report("tiocsti", syscall(SYS_ioctl, 0, TIOCSTI, &byte));
  report("tiocsti-high-bits", syscall(SYS_ioctl, 0, garbage | TIOCSTI, &byte));
  // 6: report the shift state; changes nothing.
  byte = 6;
  report("tioclinux", syscall(SYS_ioctl, 0, TIOCLINUX, &byte));
  byte = 6;
  report("tioclinux-high-bits", syscall(SYS_ioctl, 0, garbage | TIOCLINUX, &byte));
  return 0;
}
