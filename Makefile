# Two commands: `make demo` (set-up, then the whole chain to a report) and `make test` (set-up, then every check).
.PHONY: demo test reference native setup setup-tests setup-native lint types docs unit clean

demo: setup
	npx --no-install antbee run scenes/experiments/demo.yaml --out runs --report reports/demo

test: setup-tests lint types docs unit

# Experiments whose reports are committed.
REFERENCES := reference uncontaminated depth

# Writes their reports anew; runs that are kept beside them, and those in runs/, are not made again.
reference: setup
	@bash scripts/reference.sh $(REFERENCES)
	npm run --silent readme

# TensorFlow's own engine, where its package's download is refused; GPU=1 takes CUDA along.
native: setup-native
	npx --no-install antbee backend install $(if $(filter 1,$(GPU)),--gpu)
	@bash scripts/setup.sh

setup:
	@bash scripts/setup.sh

setup-tests:
	@bash scripts/setup.sh --tests

setup-native:
	@bash scripts/setup.sh --native

lint:
	npm run --silent check

types:
	npm run --silent types

docs:
	npm run --silent docs -- --emit none --logLevel Warn

unit:
	npm run --silent test

clean:
	rm -rf dist node_modules
