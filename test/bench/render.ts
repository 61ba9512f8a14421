/**
 * `npm run bench:render -- [--scene scenes/standard.yaml] [--count 400]`: images a second, what each step takes of a
 * picture, and the ratio to a bare full-screen quad, drawn and read back at the same size, so that the figures mean
 * something on any machine.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { renderDataset } from "../../sim/dataset/render-dataset.js";
import { renderSample } from "../../sim/dataset/sample.js";
import { openContext } from "../../sim/renderer/context.js";
import { Renderer } from "../../sim/renderer/renderer.js";
import { LABEL_PASSES, type LabelPass, ONLY_MASKS } from "../../sim/scene/label-passes.js";
import { resolveScene } from "../../sim/scene/resolve.js";
import { loadScene, type SceneSpec } from "../../sim/scene/scene.js";

const SETS: Record<string, readonly LabelPass[]> = {
  "images, masks": ONLY_MASKS,
  "images, masks, boxes, keypoints": ["masks", "boxes", "keypoints"],
  "every pass": LABEL_PASSES,
};
// As in the processes that render datasets: none has threads of its own.
process.env.LP_NUM_THREADS ??= "1";
sharp.concurrency(1);

/** Pictures before the clock starts: programs are compiled and environments read with the first that need them. */
const WARM_UP = 60;
/** Share of a dataset after which its processes are warm. */
const SETTLED = 0.25;
/** Of all pictures, those whose steps are timed. */
const STEPPED = 0.25;
const QUADS = 200;

const { values } = parseArgs({
  options: {
    scene: { type: "string", default: "scenes/standard.yaml" },
    count: { type: "string", default: "400" },
  },
});
const scene = await loadScene(values.scene);
const count = Number(values.count);

console.log(`${values.scene}, ${scene.image.width}x${scene.image.height}, ${count} pictures`);
console.log(`${cpus()[0]?.model}, ${availableParallelism()} cores, load ${loadavg()[0]!.toFixed(1)}`);
const quad = await quadMilliseconds(scene);
for (const [name, passes] of Object.entries(SETS)) await steps(name, passes);
for (const [name, passes] of Object.entries(SETS)) await dataset(name, passes);
console.log(`load at the end ${loadavg()[0]!.toFixed(1)}`);
process.exit(0);

/** One process, each step waited for. */
async function steps(name: string, passes: readonly LabelPass[]): Promise<void> {
  const spent = new Map<string, number>();
  const { width, height } = scene.image;
  const renderer = await Renderer.open(width, height, {
    onStep: (step, ms) => spent.set(step, (spent.get(step) ?? 0) + ms),
  });
  for (let index = 0; index < WARM_UP; index++)
    await renderSample(renderer, resolveScene(scene, 0, index), passes);
  spent.clear();
  const timed = Math.ceil(STEPPED * count);
  const began = performance.now();
  for (let index = 0; index < timed; index++)
    await renderSample(renderer, resolveScene(scene, 0, index), passes);
  const total = (performance.now() - began) / timed;
  const named = [...spent].map(([step, ms]) => [step, ms / timed] as const);
  const rest = total - named.reduce((sum, [, ms]) => sum + ms, 0);
  console.log(`\n${name}, one process: ${total.toFixed(1)} ms a picture, ${(total / quad).toFixed(0)} quads`);
  for (const [step, ms] of [...named, ["sensor, labels, encoding", rest] as const])
    console.log(
      `  ${step.padEnd(26)}${ms.toFixed(1).padStart(7)} ms ${((100 * ms) / total).toFixed(0).padStart(4)} %`,
    );
  renderer.close();
}

/** Files on disk, one process a core, start-up included and taken out. */
async function dataset(name: string, passes: readonly LabelPass[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "antbee-bench-"));
  let [warm, last, done] = [0, 0, 0];
  const onProgress = (now: number) => {
    last = performance.now();
    if (!warm && now >= SETTLED * count) [warm, done] = [last, now];
  };
  const workers = availableParallelism();
  const result = await renderDataset({ scene, out: join(folder, "out"), count, passes, workers, onProgress });
  const steady = (count - done) / ((last - warm) / 1000);
  console.log(
    `\n${name}, ${workers} processes: ${result.imagesPerSecond.toFixed(1)} images/s with start-up, ${steady.toFixed(1)} once warm`,
  );
  await rm(folder, { recursive: true });
}

/** A quad in one colour, drawn and read back. */
async function quadMilliseconds({ image: { width, height } }: SceneSpec): Promise<number> {
  const { gl, renderer, close } = await openContext(width, height);
  const program = gl.createProgram()!;
  const attach = (kind: number, source: string) => {
    const shader = gl.createShader(kind)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  };
  attach(gl.VERTEX_SHADER, "attribute vec2 p; void main() { gl_Position = vec4(p, 0.0, 1.0); }");
  attach(gl.FRAGMENT_SHADER, "void main() { gl_FragColor = vec4(0.2, 0.4, 0.6, 1.0); }");
  gl.linkProgram(program);
  gl.useProgram(program);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, Float32Array.from([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  const pixels = new Uint8Array(4 * width * height);
  const draw = () => {
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  };
  draw();
  const began = performance.now();
  for (let i = 0; i < QUADS; i++) draw();
  const each = (performance.now() - began) / QUADS;
  console.log(`${renderer}: a bare quad, drawn and read back, ${each.toFixed(2)} ms`);
  close();
  return each;
}
