#!/bin/sh
# require.sh TOOL... : stops with the name of each missing tool and how to get it.
missing=0
for tool in "$@"; do
  command -v "$tool" >/dev/null 2>&1 && continue
  missing=1
  case "$tool" in
    go)  how="Go 1.26 or newer: https://go.dev/dl/" ;;
    gcc) how="a C compiler: apt-get install gcc libc6-dev" ;;
    node) how="Node.js 20 or newer (for the comparison only): apt-get install nodejs" ;;
    npm) how="npm (it only fetches one library, no Node code runs): apt-get install npm" ;;
    *)   how="apt-get install $tool" ;;
  esac
  echo "missing: $tool. Get $how" >&2
done
exit $missing
