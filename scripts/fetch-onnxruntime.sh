#!/bin/sh
# Fetches the ONNX Runtime library, which antojo loads at run time, from the npm
# package onnxruntime-node (the one place that carries a plain Linux build behind
# an ordinary registry; see docs/adr/0020-onnx-runtime.md) and keeps that one file.
#
#   scripts/fetch-onnxruntime.sh [FOLDER]     default .cache/onnxruntime/1.30.0
#
# Safe to run again: a file that is already there and whole is left alone.
# ANTOJO_ARCH=x64|arm64 fetches for another machine.
set -eu

version=1.30.0
integrity='sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw=='
sha256_x64=ffb75a925ba05e47b235bb66e3e3911714a80b328a9c9425539feb204aa32a23
sha256_arm64=1f549d46250b005580b597f4164984aaf75b3bcb9f3aeb07c7f8a8fe60b23c76
file=libonnxruntime.so.1

root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
folder=${1:-$root/.cache/onnxruntime/$version}

fail() {
	echo "fetch-onnxruntime: $1" >&2
	exit 1
}

[ "$(uname -s)" = Linux ] || fail "there is a library for Linux only; on $(uname -s) install ONNX Runtime $version yourself and set ANTOJO_ONNXRUNTIME to its path"
arch=${ANTOJO_ARCH:-$(uname -m)}
case $arch in
x86_64 | amd64 | x64) arch=x64 want=$sha256_x64 ;;
aarch64 | arm64) arch=arm64 want=$sha256_arm64 ;;
*) fail "there is no library for $arch; build ONNX Runtime $version and set ANTOJO_ONNXRUNTIME to its path" ;;
esac

whole() {
	[ -f "$1" ] && [ "$(sha256sum "$1" | cut -d' ' -f1)" = "$want" ]
}

if whole "$folder/$file"; then
	echo "fetch-onnxruntime: $folder/$file is there already"
	exit 0
fi

for tool in npm node tar sha256sum; do
	command -v "$tool" >/dev/null 2>&1 || fail "$tool is missing; on Debian: apt-get install npm tar coreutils (or set ANTOJO_ONNXRUNTIME to a libonnxruntime.so you already have)"
done
mkdir -p "$folder" || fail "cannot make the folder $folder"

temp=$(mktemp -d "$folder/.fetch.XXXXXX") || fail "cannot write to $folder"
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM

echo "fetch-onnxruntime: fetching onnxruntime-node@$version from npm (113 MB, of which one file is kept)"
(cd "$temp" && npm pack --ignore-scripts --silent "onnxruntime-node@$version" >/dev/null 2>npm.log) || {
	cat "$temp/npm.log" >&2
	fail "npm could not fetch onnxruntime-node@$version: is the network (or the npm registry) reachable? Or set ANTOJO_ONNXRUNTIME to a libonnxruntime.so you already have"
}
archive=$temp/onnxruntime-node-$version.tgz
got=$(node -e 'const c=require("crypto").createHash("sha512");require("fs").createReadStream(process.argv[1]).on("data",d=>c.update(d)).on("end",()=>console.log("sha512-"+c.digest("base64")))' "$archive")
[ "$got" = "$integrity" ] || fail "the archive is not the expected one: its integrity is $got, want $integrity"

tar -xzf "$archive" -C "$temp" --strip-components=5 "package/bin/napi-v6/linux/$arch/$file" || fail "cannot unpack the archive: is the disk full?"
whole "$temp/$file" || fail "the library in the archive is not the expected one"
chmod 644 "$temp/$file"
mv -f "$temp/$file" "$folder/$file"
echo "fetch-onnxruntime: $folder/$file"
