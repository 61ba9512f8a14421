# Two commands: `make demo` (set-up, then the whole chain to a report) and `make test` (set-up, then every check).
.PHONY: demo test setup setup-tests lint types unit clean

demo: setup
	npx --no-install antbee run scenes/experiments/demo.yaml --out runs --report reports/demo

test: setup-tests lint types unit

setup:
	@bash scripts/setup.sh

setup-tests:
	@bash scripts/setup.sh --tests

lint:
	npm run --silent check

types:
	npm run --silent types

unit:
	npm run --silent test

clean:
	rm -rf dist node_modules
