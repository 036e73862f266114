#ifndef PACKET_H
#define PACKET_H

enum { MAX_PAYLOAD = 16, PACKET_BYTES = 64 };

struct packet {
  unsigned char kind;
  unsigned char length;
  unsigned char payload[MAX_PAYLOAD];
};

/* 0, or -1 where the kind is unknown. */
int parse_packet(struct packet *out, const unsigned char *bytes);

#endif
