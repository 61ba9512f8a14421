import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { nativeFolder } from "./adapt/backend/install/install.js";
import { tryEngine } from "./adapt/backend/install/trial.js";

/** The adapter's tests that an engine has part in: they are run once for each that is there. */
const ENGINE_TESTS = [
  ...["activations", "adapt", "backbones", "checkpoint", "explain", "images", "layers", "losses"],
  ...["method-parts", "methods", "objectron", "optimizer", "parameters", "real", "resume", "steps", "train"],
].map((name) => `test/adapt/${name}.test.ts`);

const problem = await tryEngine(nativeFolder()).then(
  () => null,
  (error: Error) => error.message,
);
if (problem) console.warn(`skipping the tests on TensorFlow's own engine (make native): ${problem}`);

const project = (name: string, include: string[], backend: string): TestProjectInlineConfiguration => ({
  extends: true,
  test: { name, include, env: { ANTBEE_BACKEND: backend } },
});

const everything = project("all", ["test/**/*.test.ts"], process.env.ANTBEE_BACKEND ?? "wasm");

export default defineConfig({
  test: {
    projects: problem ? [everything] : [everything, project("native", ENGINE_TESTS, "tensorflow")],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
