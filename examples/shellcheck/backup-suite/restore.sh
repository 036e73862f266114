#!/bin/sh

archives=(/var/backups/*.tgz)
if [[ ${#archives[@]} == 0 ]]; then
  echo "nothing to restore"
  exit 1
fi
read -p "Restore ${#archives[@]} archives? " answer
[ $answer == yes ] && for archive in "${archives[@]}"; do tar -xzf "$archive" -C /; done
