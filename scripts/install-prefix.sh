#!/usr/bin/env bash
# Installs antbee into a folder of one's own, for sites without containers and without root; the folder must be one that
# all machines see:
#   bash scripts/install-prefix.sh "$HOME/antbee"
#   export PATH="$HOME/antbee/bin:$PATH"
# It needs Node 20.19 or later, npm, g++, make and python3 (often `module load nodejs gcc`) where it is run, and where
# it renders Xvfb with Mesa's GL. `antbee doctor` says what of these a machine has.
set -euo pipefail
cd "$(dirname "$0")/.."

prefix=${1:?usage: install-prefix.sh FOLDER}
mkdir -p "$prefix"
prefix=$(cd "$prefix" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The headers beside the Node in use serve where they cannot be downloaded.
node_prefix=$(node -p 'require("path").resolve(process.execPath, "../..")')
[ -f "$node_prefix/include/node/node.h" ] && export npm_config_nodedir="$node_prefix"

[ -d node_modules ] || npm ci --no-audit --no-fund --loglevel=error
[ -f dist/src/cli/main.js ] || npm run --silent build
npm pack --silent --ignore-scripts --pack-destination "$work" >/dev/null
npm install --global --prefix "$prefix" --no-audit --no-fund --loglevel=error "$work"/antbee-*.tgz
"$prefix/bin/antbee" --version
