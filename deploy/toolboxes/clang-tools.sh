#!/usr/bin/env bash
# clang-tools.sh OUT: an image with the newest clang-tidy and clang-format that this machine's Debian
# offers, and the headers of C and C++. CLANG=16 asks for another version.
# shellcheck source=deploy/toolboxes/image.sh
. "$(dirname "$(readlink -f "$0")")/image.sh"
OUT=${1:?clang-tools.sh OUT}
needs umoci apt-get dpkg-deb
WORK=$(mktemp -d)
trap 'rm -rf -- "$WORK"' EXIT

newest() {
  apt-cache pkgnames clang-tidy- | sed -n 's/^clang-tidy-\([0-9]\{1,\}\)$/\1/p' | sort -n |
    while read -r version; do
      # Not through a pipe: a reader that has seen enough ends the writer, and pipefail tells that.
      case $(apt-cache policy "clang-tidy-$version") in
        *'Candidate: (none)'*) ;;
        *'Candidate: '*) echo "$version" ;;
      esac
    done | tail -n 1
}
VERSION=${CLANG:-$(newest)}
say "clang $VERSION"
copy_packages "$WORK/root" "clang-tidy-$VERSION" "clang-format-$VERSION" libc6-dev libstdc++-12-dev dash
for program in clang-tidy clang-format; do
  ln -sfn "$program-$VERSION" "$WORK/root/usr/bin/$program"
done
make_image "$WORK/root" "$OUT" clang-tools PATH=/usr/bin:/bin
