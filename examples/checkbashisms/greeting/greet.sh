#!/bin/sh
if [ -n "$1" ]; then
  printf '%s\n' "Hello $1"
fi
