#!/bin/sh
# Installs the Chromium that the browser tests drive, unless the machine has one.
# As root, or with sudo that asks nothing; otherwise it says what to do and fails.
set -eu

for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done

as_root=
[ "$(id -u)" = 0 ] || as_root="sudo -n"
packages="chromium fonts-liberation"

if ! command -v apt-get >/dev/null 2>&1 || ! $as_root true 2>/dev/null; then
    echo "The browser tests need Chromium: sudo apt-get install $packages" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get -qq update
$as_root apt-get -qq install --yes --no-install-recommends $packages >/dev/null
