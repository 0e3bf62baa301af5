#!/usr/bin/env bash
# TensorBoard and MLflow in a virtual environment of their own, for test/full/trackers.full.ts. Does nothing where it is.
set -euo pipefail
venv="${SIAMESE_TEST_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/siamese-test-trackers}"
pins=(tensorboard==2.21.0 mlflow==3.17.2)
[[ -f "$venv/pins" && "$(cat "$venv/pins")" == "${pins[*]}" ]] && exit 0
rm -rf "$venv"
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check "${pins[@]}"
echo "${pins[*]}" >"$venv/pins"
