/**
 * WebGPU in Node, through Dawn: the packages `webgpu` and `@tensorflow/tfjs-backend-webgpu`, which antbee does not
 * install. Its values can only be read asynchronously, so that it runs networks and does not train them.
 */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { failed } from "../../src/shared/errors.js";
import type { BackendName } from "./names.js";

/** The part of the package that is needed here. */
interface Dawn {
  create(options: string[]): { requestAdapter(): Promise<object | null> };
  globals: object;
}

const DAWN = "webgpu";
const ENGINE = "@tensorflow/tfjs-backend-webgpu";

let problem: Promise<string | null> | undefined;

/** Why WebGPU does not work here, or null where it does. */
export function whyNotWebgpu(): Promise<string | null> {
  problem ??= load().then(
    () => null,
    (error: Error) => error.message.split("\n")[0]!,
  );
  return problem;
}

/** @throws a failure where the backend cannot train */
export function refuseTraining(backend: BackendName): void {
  if (backend === "webgpu")
    throw failed("backend", '"webgpu" runs networks and cannot train them; take tensorflow or wasm');
}

async function load(): Promise<void> {
  const { create, globals } = await optional<Dawn>(DAWN);
  const gpu = create([]);
  if (!(await gpu.requestAdapter())) throw new Error("no WebGPU device was found");
  Object.assign(globalThis, globals);
  const { navigator = {} } = globalThis as { navigator?: object };
  Object.defineProperty(navigator, "gpu", { value: gpu, configurable: true });
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  await optional(ENGINE);
}

async function optional<Module>(name: string): Promise<Module> {
  return import(pathToFileURL(find(name)).href);
}

function find(name: string): string {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    throw new Error(`it needs packages that are not installed: npm install ${DAWN} ${ENGINE}`);
  }
}
