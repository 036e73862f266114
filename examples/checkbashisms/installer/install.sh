#!/bin/sh
parts=(bin lib)
if [[ -n "$1" ]]; then
  echo "$1"
fi
