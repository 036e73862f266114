#!/usr/bin/env bash
# node-tools.sh OUT: an image with Node.js and, from npm, current eslint, prettier and typescript.
# Versions may be given: ESLINT=9.17.0 PRETTIER=3.4.2 TYPESCRIPT=5.7.2 NODE=22.12.0
# shellcheck source=deploy/toolboxes/image.sh
. "$(dirname "$(readlink -f "$0")")/image.sh"
OUT=${1:?node-tools.sh OUT}
needs umoci npm apt-get dpkg-deb
WORK=$(mktemp -d)
trap 'rm -rf -- "$WORK"' EXIT

# What Node itself links with, and /usr/bin/env, which the scripts begin with. Node is the package
# "node" of npm.
copy_packages "$WORK/root" libc6 libstdc++6 libgcc-s1 coreutils
PLACE=$WORK/root/opt/node-tools
mkdir -p "$PLACE"
(
  cd "$PLACE" || exit
  echo '{"private": true}' > package.json
  npm install --no-audit --no-fund --loglevel=error \
    "node@${NODE:-22}" "eslint@${ESLINT:-latest}" "@eslint/js@${ESLINT:-latest}" "prettier@${PRETTIER:-latest}" \
    "typescript@${TYPESCRIPT:-latest}" 1>&2
)
ln -s /tmp "$WORK/root/var/tmp" 2> /dev/null || { mkdir -p "$WORK/root/var" && ln -sfn /tmp "$WORK/root/var/tmp"; }
# eslint asks for a configuration where a project has none.
cat > "$PLACE/eslint.config.mjs" << 'CONFIG'
import js from "@eslint/js";
export default [js.configs.recommended];
CONFIG
make_image "$WORK/root" "$OUT" node-tools \
  PATH=/opt/node-tools/node_modules/.bin:/usr/bin:/bin NODE_ENV=production
