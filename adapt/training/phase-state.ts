/**
 * A training phase between two epochs, in one file that is whole or absent: a killed phase goes on from it and ends
 * with the same figures.
 */
import { existsSync } from "node:fs";
import { canonicalJson, parseJson, sha256 } from "../../src/shared/files.js";
import type { Weights } from "../layers/parameters.js";
import { readSafetensors, writeSafetensors } from "../weights/safetensors.js";
import type { EpochRecord } from "./history.js";
import type { OptimizerState, SlotValue } from "./optimizer.js";

export interface PhaseState {
  history: EpochRecord[];
  /** The weights behind the split after the last epoch, and the objective's own parameters. */
  now: Weights;
  own: Weights;
  /** The epoch chosen so far and its weights; 0 and none for those the phase began with. */
  kept: { epoch: number; weights: Weights };
  optimizer: OptimizerState;
}

const KIND = "antbee-phase-1";

/** Writes the state; `key` names the phase it belongs to. */
export async function savePhaseState(path: string, key: string, state: PhaseState): Promise<void> {
  const { history, now, own, kept, optimizer } = state;
  const chosenNow = kept.epoch === history.at(-1)?.epoch;
  const slots = Object.entries(optimizer.slots).map(([slot, values]) => under(`slot/${slot}`, values));
  const parts = [
    under("now", now),
    under("own", own),
    under("kept", chosenNow ? {} : kept.weights),
    ...slots,
  ];
  const tensors = Object.assign({}, ...parts) as Weights;
  await writeSafetensors(path, tensors, {
    kind: KIND,
    key,
    history: JSON.stringify(history),
    kept: String(kept.epoch),
    steps: JSON.stringify(optimizer.steps),
  });
}

/** Reads the state of the phase that `key` names; null where there is none, or another phase's. */
export async function loadPhaseState(path: string, key: string): Promise<PhaseState | null> {
  if (!existsSync(path)) return null;
  const { weights, metadata } = await readSafetensors(path);
  if (metadata.kind !== KIND || metadata.key !== key) return null;
  const history = stored(path, metadata.history) as EpochRecord[];
  const now = below("now", weights);
  const epoch = Number(metadata.kept);
  const chosenNow = epoch === history.at(-1)?.epoch;
  const slots = [...new Set(Object.keys(weights).map((name) => /^slot\/([^/]+)\//.exec(name)?.[1]))];
  return {
    history,
    now,
    own: below("own", weights),
    kept: { epoch, weights: chosenNow ? now : below("kept", weights) },
    optimizer: {
      slots: Object.fromEntries(
        slots.flatMap((slot) => (slot ? [[slot, below(`slot/${slot}`, weights)]] : [])),
      ),
      steps: stored(path, metadata.steps) as Record<string, number>,
    },
  };
}

const stored = (path: string, text = ""): unknown => parseJson(text, path);

/** A phase's key: a hash of all that it begins with, as far as it is data. */
export function phaseKey(facts: object, weights: Weights): string {
  const start = Object.entries(weights).map(([name, { data }]) => [
    name,
    sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ]);
  return sha256(canonicalJson({ facts, start }));
}

const under = (prefix: string, values: Readonly<Record<string, SlotValue>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}/${name}`, value]));

const below = (prefix: string, values: Weights): Weights =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => name.startsWith(`${prefix}/`))
      .map(([name, value]) => [name.slice(prefix.length + 1), value]),
  );
