#!/usr/bin/env bash
# static-tool.sh OUT PROGRAM: an image with one static program at /usr/bin, and nothing else.
# shellcheck source=deploy/toolboxes/image.sh
. "$(dirname "$(readlink -f "$0")")/image.sh"
OUT=${1:?static-tool.sh OUT PROGRAM} PROGRAM=${2:?static-tool.sh OUT PROGRAM}
needs umoci
if command -v readelf > /dev/null && readelf -l "$PROGRAM" 2> /dev/null | grep -q INTERP; then
  say "$PROGRAM is not static: it asks for a loader that the image will not have"
  exit 1
fi
WORK=$(mktemp -d)
trap 'rm -rf -- "$WORK"' EXIT
mkdir -p "$WORK/root/usr/bin"
install -m 0755 "$PROGRAM" "$WORK/root/usr/bin/"
make_image "$WORK/root" "$OUT" static-tool PATH=/usr/bin
