#!/usr/bin/env bash
# Runs the experiments whose reports are committed, each on the engine that its kept runs name where that is here: a run's
# key holds its engine, and kept runs are taken up only while their keys hold. Resumes; what is kept or done is not done twice.
set -euo pipefail
cd "$(dirname "$0")/.."

# The engine of the kept runs as --backend takes it; nothing where none are kept.
kept_engine() {
  local record
  record=$(find "reports/$1/kept" -name run.json 2>/dev/null | sort | head -n 1)
  [ -z "$record" ] || node -p 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).backend.replace("tensorflow-gpu", "tensorflow")' "$record"
}

for name in "$@"; do
  engine=$(kept_engine "$name")
  if [ -n "$engine" ] && ! ANTBEE_BACKEND=$engine npx --no-install antbee doctor >/dev/null 2>&1; then
    echo "$name: its kept runs were made on $engine, which is not here (make native installs TensorFlow's); they are made anew on the fastest engine that is, which takes hours." >&2
    engine=""
  fi
  npx --no-install antbee run "scenes/experiments/$name.yaml" ${engine:+--backend "$engine"}
done
