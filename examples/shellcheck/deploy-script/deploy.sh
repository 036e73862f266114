#!/bin/bash

target=$1
release="release-$(date +%F)"

cd $target
rm -rf $target/$OLD_RELEASE

count=0
ls *.tar.gz | while read archive; do
  tar xzf $archive -C $release
  count=$((count + 1))
done
echo "$count archives unpacked"

if [ "$count" > 0 ]; then
  ln -sfn $release current
fi
