#!/bin/sh
# Runs the notebooks start to end against a server of their own with the demo data, and
# fails on any cell's error:
#
#	scripts/notebooks.sh BINARY [notebook…]
#
# The kernel comes from Debian or Ubuntu: jupyter-nbconvert, python3-ipykernel,
# python3-pandas. Where they are missing and apt may install, they are installed.
# Exit code 3: they are missing and cannot be installed.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
antojo=$(realpath "${1:?give the path of the antojo binary}")
shift
[ $# -gt 0 ] || set -- "$root"/notebooks/*.ipynb
[ -x "$antojo" ] || { echo "notebooks: $antojo is not there; make build" >&2; exit 2; }

ready() { /usr/bin/python3 -c 'import nbconvert, ipykernel, pandas' 2>/dev/null; }
if ! ready; then
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		echo "== installing jupyter-nbconvert, python3-ipykernel and python3-pandas"
		{ apt-get install -y --no-install-recommends jupyter-nbconvert python3-ipykernel python3-pandas ||
			{ apt-get update && apt-get install -y --no-install-recommends jupyter-nbconvert python3-ipykernel python3-pandas; }; } >/dev/null 2>&1 || true
	fi
	ready || { echo "notebooks: apt-get install jupyter-nbconvert python3-ipykernel python3-pandas" >&2; exit 3; }
fi

work=$(mktemp -d)
server=
end() {
	[ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
	rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM

: >"$work/log" # there before the server is, which a busy machine may start late
"$antojo" demo --data "$work/data" --listen 127.0.0.1:0 >>"$work/log" 2>&1 &
server=$!
url=
i=0
while [ -z "$url" ]; do
	url=$(sed -n 's/.*ready in .* on \(http:[^ ]*\).*/\1/p' "$work/log")
	kill -0 "$server" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
	i=$((i + 1))
	[ $i -lt 1200 ] || { echo "notebooks: the server is not ready after two minutes" >&2; exit 1; }
	sleep 0.1
done

# The kernel of the system's Python, whatever kernels and settings a person has.
export ANTOJO_URL="$url" JUPYTER_CONFIG_DIR="$work/config" JUPYTER_DATA_DIR="$work/share" JUPYTER_RUNTIME_DIR="$work/run" IPYTHONDIR="$work/ipython" PYDEVD_DISABLE_FILE_VALIDATION=1 PYTHONDONTWRITEBYTECODE=1
failed=0
for notebook in "$@"; do
	began=$(date +%s)
	if /usr/bin/python3 -W ignore -m nbconvert --log-level=ERROR --to notebook --execute --ExecutePreprocessor.kernel_name=python3 --ExecutePreprocessor.timeout=120 \
		--output-dir "$work/out" "$notebook" >"$work/nb.log" 2>&1; then
		echo "ok    $(basename "$notebook")  $(($(date +%s) - began)) s"
	else
		echo "FAIL  $(basename "$notebook")"
		tail -30 "$work/nb.log" >&2
		failed=1
	fi
done
exit $failed
