# Sourced by the recipes: makes an image layout of a folder, without a daemon and without root.
set -euo pipefail

say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }

needs() {
  local program
  for program in "$@"; do
    command -v "$program" > /dev/null || {
      say "$program is not installed; on Debian: apt-get install $program"
      exit 1
    }
  done
}

# make_image ROOT OUT TITLE [NAME=VALUE]…: OUT:latest has the folder ROOT as its only layer.
make_image() {
  local root=$1 out=$2 title=$3 variable
  shift 3
  rm -rf -- "$out.new"
  umoci init --layout "$out.new"
  umoci new --image "$out.new:latest"
  umoci insert --rootless --image "$out.new:latest" "$root" /
  umoci config --image "$out.new:latest" --config.label "org.opencontainers.image.title=$title"
  for variable in "$@"; do
    umoci config --image "$out.new:latest" --config.env "$variable"
  done
  umoci gc --layout "$out.new"
  rm -rf -- "$out"
  mv -- "$out.new" "$out"
  say "made oci:$out:latest; next: glovebox image pull oci:$out:latest --name $title"
}

# copy_packages ROOT PACKAGE…: unpacks Debian packages of this machine's sources, with all that they
# depend on, into the folder ROOT. Runs none of their scripts, so it needs no root.
copy_packages() {
  local root=$1 folder
  shift
  folder=$(mktemp -d)
  mapfile -t wanted < <(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts \
    --no-breaks --no-replaces --no-enhances "$@" | grep '^[a-z0-9]' | sort -u)
  (cd "$folder" && apt-get download -qq -o APT::Sandbox::User= "${wanted[@]}")
  mkdir -p "$root/usr/bin" "$root/usr/lib" "$root/usr/lib64" "$root/usr/sbin"
  for link in bin sbin lib lib64; do ln -sfn "usr/$link" "$root/$link"; done
  for package in "$folder"/*.deb; do
    dpkg-deb --fsys-tarfile "$package" |
      tar -x -C "$root" --no-same-owner --keep-directory-symlink \
        --exclude='./usr/share/doc' --exclude='./usr/share/man' --exclude='./usr/share/locale'
  done
  rm -rf -- "$folder"
  rm -rf -- "$root"/var/cache "$root"/usr/share/doc "$root"/usr/share/man "$root"/usr/share/info
}
