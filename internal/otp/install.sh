#!/usr/bin/env bash
# install.sh 25 27 29: the real Erlang/OTP releases that tests meet, on Debian 12, as root.
#   25  Debian's own packages
#   27  Debian 13 in the folder /opt/otp27, entered by chroot
#   29  Debian 14 in the folder /opt/otp29, entered by chroot
# Running it again is harmless.
set -euo pipefail
apps=erlang-base,erlang-eunit,erlang-tools,erlang-crypto,erlang-ssl,erlang-mnesia,erlang-inets,erlang-parsetools,erlang-syntax-tools,erlang-runtime-tools,erlang-dev
# The folders come from the mirror that this machine's packages come from.
mirror=$(awk '/^URIs:/ {print $2; exit}' /etc/apt/sources.list.d/*.sources 2>/dev/null || true)
[ -n "$mirror" ] || mirror=$(awk '$1 == "deb" {for (i = 2; i <= NF; i++) if ($i ~ /^http/) {print $i; exit}}' /etc/apt/sources.list)

quiet() {
  local log
  log=$(mktemp)
  "$@" >"$log" 2>&1 || { tail -n 20 "$log" >&2; return 1; }
  rm -f "$log"
}
# tools unpacks what a release's packages of the debugger and dialyzer hold,
# which is Erlang code alone; to install them would take all of a desktop.
tools() { # root
  compgen -G "$1/usr/lib/erlang/lib/dialyzer-*" >/dev/null && return
  quiet chroot "${1:-/}" sh -c 'dir=$(mktemp -d) && cd "$dir" && apt-get update &&
    apt-get download erlang-debugger erlang-dialyzer && for p in *.deb; do dpkg-deb -x "$p" /; done; rm -r "$dir"'
}
folder() { # release suite
  local root=/opt/otp$1
  [ -x "$root/usr/bin/erl" ] && return
  command -v debootstrap >/dev/null || quiet apt-get install -y debootstrap
  [ -e "/usr/share/debootstrap/scripts/$2" ] || ln -s sid "/usr/share/debootstrap/scripts/$2"
  quiet debootstrap --variant=minbase --include="$apps" "$2" "$root" "$mirror"
}

quiet apt-get update
for release in "$@"; do
  case $release in
    25) command -v erl >/dev/null || quiet apt-get install -y --no-install-recommends ${apps//,/ }
      tools "" ;;
    27) folder 27 trixie
      tools /opt/otp27 ;;
    29) folder 29 forky
      tools /opt/otp29 ;;
    *) echo "install.sh: no release $release here (25, 27 or 29)" >&2; exit 2 ;;
  esac
done
