#!/bin/sh
# Makes sure that a Chromium is there for the browser journey. Installs Debian's
# package when apt and the rights are there; otherwise says so, and the journey
# test is skipped with that reason.
for c in chromium chromium-browser google-chrome; do
  command -v "$c" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "== installing Debian's chromium for the browser journey"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null && exit 0
fi
echo "no chromium found: the browser journey will be skipped. Get it with: apt-get install chromium" >&2
exit 0
