#!/bin/bash
# Sourced by the others.
# shellcheck disable=SC2034

backup_root=/var/backups
keep_days=14

log() {
  printf '%s %s\n' "$(date +%T)" "$*" >&2
}
