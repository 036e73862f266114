#!/bin/sh
# Usage: rotate.sh FOLDER
set -eu

folder=${1:?usage: rotate.sh FOLDER}

for log in "$folder"/*.log; do
  [ -e "$log" ] || continue
  for number in 4 3 2 1; do
    if [ -e "$log.$number" ]; then
      mv -- "$log.$number" "$log.$((number + 1))"
    fi
  done
  mv -- "$log" "$log.1"
  : > "$log"
done
