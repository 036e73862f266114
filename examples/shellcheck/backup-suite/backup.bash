#!/bin/bash
set -euo pipefail
# shellcheck source=lib/settings.bash
source "$(dirname "$0")/lib/settings.bash"

sources=(/etc /home "$@")
for source in "${sources[@]}"; do
  log "saving $source"
  tar -czf "$backup_root/$(basename "$source").tgz" "$source"
done
find "$backup_root" -name '*.tgz' -mtime "+$keep_days" -delete
