#!/bin/sh
# Builds the console into OUT: build.sh SOURCE OUT
#
# Copies the sources first, so that nothing is written next to them. If npm's packages are not available, the
# server is built anyway: with an empty table and a note with the reason. Then no stamp is written, so that
# the next build tries again.
set -eu
SOURCE=$1 OUT=$2
TREE=$OUT/tree

without_console() {
  printf 'the web console is not built in: %s\n' "$1" >&2
  cmp -s "$SOURCE/tools/no_console.cc" "$OUT/console_files.cc" ||
    cp "$SOURCE/tools/no_console.cc" "$OUT/console_files.cc"
  rm -f "$OUT/console.stamp"
  exit 0
}

mkdir -p "$TREE"
for entry in "$TREE"/* "$TREE"/.[!.]*; do
  [ "${entry##*/}" = node_modules ] || rm -rf "$entry"
done
for entry in "$SOURCE"/*; do
  [ "${entry##*/}" = node_modules ] || cp -R "$entry" "$TREE/"
done

command -v npm > /dev/null ||
  without_console "npm is not installed; install it (apt-get install npm) and build again"
cd "$TREE"
wanted=$(cat package.json package-lock.json | cksum)
if [ "$wanted" != "$(cat "$OUT/packages.stamp" 2> /dev/null)" ]; then
  # Gives up quickly: a build without a network should not wait for it.
  npm ci --ignore-scripts --no-audit --no-fund --prefer-offline \
    --fetch-retries=1 --fetch-retry-mintimeout=1000 --fetch-timeout=30000 > "$OUT/npm.log" 2>&1 ||
    without_console "npm could not fetch its packages, see $OUT/npm.log; build again once it can"
  printf '%s\n' "$wanted" > "$OUT/packages.stamp"
fi
npm run --silent build > "$OUT/vite.log" 2>&1 || {
  cat "$OUT/vite.log" >&2
  exit 1
}
node tools/embed.mjs dist "$OUT"
: > "$OUT/console.stamp"
