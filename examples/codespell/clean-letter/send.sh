#!/bin/sh
# Prints one letter for each address.
while read -r address; do
  printf 'To: %s\n\n' "$address"
  cat letter.txt
done < addresses.txt
