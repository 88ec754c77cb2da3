#!/bin/sh
# Holds deploy/grafana against the schemas that Grafana publishes on npm with the last
# versions of 10 to 13 (grafana-schemas.mjs). They are kept in .cache.
set -eu
cd "$(dirname "$0")/.."
cache=.cache/grafana-schema
mkdir -p "$cache"
[ -d assets/web/node_modules/typescript ] || (cd assets/web && npm ci --ignore-scripts --no-audit --no-fund --silent)
failed=0
for version in 10.4.19 11.6.16 12.4.11 13.2.3; do
	if [ ! -f "$cache/$version/package.json" ]; then
		echo "== fetching @grafana/schema $version from npm"
		(cd "$cache" && npm pack --silent "@grafana/schema@$version" >/dev/null && rm -rf "$version.tmp" && mkdir "$version.tmp" &&
			tar xzf "grafana-schema-$version.tgz" -C "$version.tmp" --strip-components 1 && rm "grafana-schema-$version.tgz" && mv "$version.tmp" "$version")
	fi
	node scripts/grafana-schemas.mjs "$cache/$version" deploy/grafana/dashboards/*.json || failed=1
done
exit $failed
