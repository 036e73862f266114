# Sourced by ./glovebox and ./test: finds out which packages are missing and installs them.
# A list is a file with one package a line, "a | b" for alternatives, # for comments.

say() { printf 'glovebox: %s\n' "$*" >&2; }

# One line that is replaced by the next: only on a terminal. clear_progress removes it.
progress() { [ ! -t 2 ] || printf '\r\033[Kglovebox: %s' "$*" >&2; }
clear_progress() { [ ! -t 2 ] || printf '\r\033[K' >&2; }

# Runs a command, shows on a terminal how long it has taken, and prints what it said if it fails.
# with_progress WHAT COMMAND…
with_progress() {
  local what=$1 seconds=0 pid done=0 said
  shift
  if [ ! -t 2 ]; then
    "$@"
    return
  fi
  said=$(mktemp)
  "$@" > "$said" 2>&1 < /dev/null &
  pid=$!
  while kill -0 "$pid" 2> /dev/null; do
    progress "$what, $seconds s"
    sleep 1
    seconds=$((seconds + 1))
  done
  wait "$pid" || done=$?
  clear_progress
  [ "$done" = 0 ] || cat "$said" >&2
  rm -f "$said"
  return "$done"
}

# The lines of a list without comments.
packages_of() { sed -e 's/#.*//' -e 's/[[:space:]]*|[[:space:]]*/|/g' -e 's/[[:space:]]*$//' -e '/^$/d' "$@"; }

# The lines none of whose alternatives is installed.
missing_of() {
  local installed line choice
  installed=" $(dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' 2>/dev/null | sed -n 's/^ii *//p' | tr '\n' ' ')"
  while read -r line; do
    for choice in ${line//|/ }; do
      case $installed in *" $choice "*) continue 2 ;; esac
    done
    printf '%s\n' "$line"
  done < <(packages_of "$@")
}

# Runs as root: directly, or with sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo -- "$@"
  fi
}

# sudo asks for a password before the line of progress would hide the question.
apt_quietly() {
  [ "$(id -u)" = 0 ] || sudo -v || return 1
  with_progress "apt-get $1" apt_get_quietly "$@"
}

apt_get_quietly() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" 1>&2
}

# Of each line the first alternative that apt knows; a line none of which it knows as "?line".
known_of() {
  local line choice
  for line in "$@"; do
    for choice in ${line//|/ }; do
      # Not through a pipe: a reader that has seen enough ends the writer, and pipefail tells that.
      case $(apt-cache policy "$choice" 2> /dev/null) in
        *'Candidate: (none)'*) ;;
        *'Candidate: '*)
          printf '%s\n' "$choice"
          continue 2
          ;;
      esac
    done
    printf '?%s\n' "$line"
  done
}

# install_missing WHY LIST…: says what and why first. Fails where something could not be installed.
install_missing() {
  local why=$1 missing known
  shift
  if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
    [ -e "$ROOT/build/.no-apt-said" ] ||
      say "this system has no apt: install what these list yourself: ${*#"$ROOT"/}"
    mkdir -p "$ROOT/build" && : > "$ROOT/build/.no-apt-said"
    return 0
  fi
  mapfile -t missing < <(missing_of "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing with apt, $why: ${missing[*]}"
  if [ "$(id -u)" != 0 ] && ! command -v sudo > /dev/null; then
    say "that needs root, and there is no sudo here; as root, run:"
    say "  apt-get update && apt-get install --no-install-recommends ${missing[*]%%|*}"
    return 1
  fi
  mapfile -t known < <(known_of "${missing[@]}")
  case " ${known[*]}" in
    *' ?'*)
      apt_quietly update || say "apt-get update failed; going on with the lists there are"
      mapfile -t known < <(known_of "${missing[@]}")
      ;;
  esac
  install_known "${known[@]}"
}

# install_programs WHY SERVICE LIST…: for packages of which only programs are wanted. The service that
# comes with one is neither started now nor at the next boot, unless the package was there before.
install_programs() {
  local why=$1 service=$2 done=0
  shift 2
  [ -n "$(missing_of "$@" 2> /dev/null)" ] || return 0
  if [ ! -d /run/systemd/system ]; then
    install_missing "$why" "$@"
    return
  fi
  as_root systemctl --quiet mask "$service" || return 1
  install_missing "$why" "$@" || done=$?
  as_root systemctl --quiet unmask "$service"
  as_root systemctl --quiet disable "$service" 2> /dev/null || true
  return "$done"
}

# All at once; where that fails, one by one, so that one bad package keeps no other away.
install_known() {
  local package wanted=() failed=()
  for package in "$@"; do
    case $package in
      '?'*) failed+=("${package#?}") ;;
      *) wanted+=("$package") ;;
    esac
  done
  if [ ${#wanted[@]} -gt 0 ] && ! apt_quietly install -y --no-install-recommends "${wanted[@]}"; then
    # Lists may be older than the mirror.
    apt_quietly update || true
    for package in "${wanted[@]}"; do
      apt_quietly install -y --no-install-recommends "$package" || failed+=("$package")
    done
  fi
  [ ${#failed[@]} -eq 0 ] && return 0
  say "could not install: ${failed[*]}"
  return 1
}
