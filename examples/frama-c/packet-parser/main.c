#include "packet.h"

/*@ requires \valid(bytes + (0 .. count - 1));
    assigns bytes[0 .. count - 1] \from \nothing;
    ensures \initialized(bytes + (0 .. count - 1)); */
extern void receive(unsigned char *bytes, unsigned count);

int main(void) {
  unsigned char bytes[PACKET_BYTES];
  struct packet message = {0};
  receive(bytes, PACKET_BYTES);
  return parse_packet(&message, bytes);
}
