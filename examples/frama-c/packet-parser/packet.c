#include "packet.h"

static void copy_payload(struct packet *out, const unsigned char *from) {
  for (unsigned i = 0; i < out->length; i++) out->payload[i] = from[i];
}

int parse_packet(struct packet *out, const unsigned char *bytes) {
  if (bytes[0] > 3) return -1;
  out->kind = bytes[0];
  out->length = bytes[1];
  copy_payload(out, bytes + 2);
  return 0;
}
