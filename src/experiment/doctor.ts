/** What this machine can do, and which data and weights it sees. */
import { spawnSync } from "node:child_process";
import type { BackboneDefinition } from "../../adapt/backbones/card.js";
import { localWeights } from "../../adapt/backbones/locate.js";
import { backbones } from "../../adapt/backbones/registry.js";
import { describeBackend } from "../../adapt/backend/backend.js";
import { describeContext } from "../../sim/renderer/context.js";
import { datasets } from "../shared/datasets/index.js";
import { dataRoots, findDatasetFolder, userCache } from "../shared/roots.js";
import { environment } from "./store/store.js";

/** One line of the examination. */
export interface Finding {
  what: string;
  ok: boolean;
  /** Without it antbee works less well, but works. */
  optional: boolean;
  found: string;
}

/** Looks at the machine, the renderer, the tensor engines, datasets and weights, and where they were looked for. */
export async function examine(): Promise<Finding[]> {
  return [machine(), await display(), ...(await tensors()), ...data(), ...weights(), roots()];
}

function machine(): Finding {
  const { node, platform, processor, cores, memoryGiB } = environment();
  const found = `Node ${node}, ${platform}, ${cores} cores (${processor}), ${memoryGiB} GiB`;
  return { what: "machine", ok: true, optional: false, found };
}

async function display(): Promise<Finding> {
  const { ok, text } = await describeContext();
  return { what: "rendering", ok, optional: false, found: ok ? `WebGL 2 on ${text}` : text };
}

async function tensors(): Promise<Finding[]> {
  const { backend, native, nativeProblem } = await describeBackend();
  const devices = cudaDevices();
  const install = `antbee backend install${devices.length > 0 ? " --gpu" : ""}`;
  const idle = devices.length > 0 && native && !native.gpu;
  const engine = native
    ? `TensorFlow ${native.version} on ${native.gpu ? "a CUDA device" : `${native.threads} threads`}`
    : `does not load: ${nativeProblem}; ${install}`;
  return [
    { what: "tensors", ok: true, optional: false, found: `${backend} backend` },
    { what: "native engine", ok: native !== null, optional: true, found: engine },
    {
      what: "CUDA",
      ok: devices.length > 0 && !idle,
      optional: true,
      found: (devices.join("; ") || "no device") + (idle ? `, not used by the engine; ${install}` : ""),
    },
  ];
}

/** Name, memory and driver of each, as the driver's own tool tells them. */
function cudaDevices(): string[] {
  const query = ["--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"];
  const { status, stdout } = spawnSync("nvidia-smi", query, { encoding: "utf8" });
  return status === 0 ? stdout.trim().split("\n").filter(Boolean) : [];
}

function data(): Finding[] {
  return Object.values(datasets).map((card) => {
    const folder = findDatasetFolder(card.folder);
    return {
      what: `data: ${card.name}`,
      ok: Boolean(folder),
      optional: true,
      found: folder ?? `not here; antbee data fetch ${card.name}`,
    };
  });
}

function weights(): Finding[] {
  return Object.values<BackboneDefinition>(backbones).map((definition) => {
    const { card } = definition;
    const path = localWeights(definition);
    const advice = card.weights.url
      ? `antbee backbones fetch ${card.name}`
      : `put ${card.weights.file} into a root's weights/`;
    return {
      what: `weights: ${card.name}`,
      ok: Boolean(path),
      optional: true,
      found: path ?? `not here; ${advice}`,
    };
  });
}

function roots(): Finding {
  return {
    what: "looked in",
    ok: true,
    optional: false,
    found: [...new Set([...dataRoots(), userCache()])].join(", "),
  };
}
