/** Every label of random scenes against plain vectors and a software z-buffer. */
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { renderSample, type Sample } from "../../sim/dataset/sample.js";
import type { Rle } from "../../sim/labels/mask-labels.js";
import type { CameraLabel, Pose } from "../../sim/renderer/pinhole.js";
import { Renderer } from "../../sim/renderer/renderer.js";
import { LABEL_PASSES } from "../../sim/scene/label-passes.js";
import { resolveScene } from "../../sim/scene/resolve.js";
import { loadScene, parseScene } from "../../sim/scene/scene.js";
import { subjectOf } from "../../sim/subjects/registry.js";
import { isHidden, type Raster, raster, type Software, software, type Vec } from "./software.js";

const [WIDTH, HEIGHT] = [120, 96];
const SCENES = 14;
/** Share of the body's length by which the labels let a point lie under the skin. */
const SKIN = 0.06;

interface Case {
  sample: Sample;
  model: Software;
  raster: Raster;
  mask: Buffer;
}

let cases: Case[];

beforeAll(async () => {
  const standard = await loadScene("scenes/standard.yaml");
  const spec = parseScene({
    ...standard,
    image: { width: WIDTH, height: HEIGHT, format: "png" },
    subject: {
      ...standard.subject,
      count: { choice: [1, 2, 4] },
      antPose: { choice: ["walking", "carrying", "rearing"] },
    },
    camera: { ...standard.camera, aim: { choice: [0, 0.8] } },
    occluders: { ...standard.occluders, count: { choice: [0, 2] } },
    sensor: {},
  });
  const renderer = await Renderer.open(WIDTH, HEIGHT);
  cases = [];
  for (let index = 0; index < SCENES; index++) {
    const sample = await renderSample(renderer, resolveScene(spec, 3, index), LABEL_PASSES);
    const model = software(sample.scene);
    const mask = await grey(sample.mask);
    cases.push({
      sample,
      model,
      mask,
      raster: raster(model, { left: 0, top: 0, width: WIDTH, height: HEIGHT }),
    });
  }
  renderer.close();
});

const grey = (png: Uint8Array): Promise<Buffer> => sharp(png).extractChannel(0).raw().toBuffer();

const instances = () => cases.flatMap((one) => one.sample.instances.map((label) => ({ ...one, label })));

/** Share of all values on which both agree. */
const agreement = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).filter((value, i) => value === b[i]).length / a.length;

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

function boxOf(covered: (i: number) => boolean, left = 0, top = 0, width = WIDTH, height = HEIGHT) {
  const pixels = Array.from({ length: width * height }, (_, i) => i).filter(covered);
  const xs = pixels.map((i) => left + (i % width));
  const ys = pixels.map((i) => top + Math.floor(i / width));
  const [x0, y0] = [Math.min(...xs), Math.min(...ys)];
  return { count: pixels.length, box: [x0, y0, Math.max(...xs) - x0 + 1, Math.max(...ys) - y0 + 1] };
}

/** Edges may fall on either side of a pixel's middle. */
function expectBox(found: readonly number[], expected: readonly number[], by = 1): void {
  const edges = ([x, y, w, h]: readonly number[]) => [x!, y!, x! + w!, y! + h!];
  edges(found).forEach((edge, k) => {
    expect(Math.abs(edge - edges(expected)[k]!)).toBeLessThanOrEqual(by);
  });
}

function expectCount(found: number, expected: number): void {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(Math.max(4, 0.015 * expected));
}

describe("pixels", () => {
  it("instance masks are those of a software z-buffer, up to pixels on an edge", () => {
    for (const { mask, raster: soft } of cases) expect(agreement(mask, soft.ids)).toBeGreaterThan(0.995);
  });

  it("semantic masks are the instances' class, counted from 1", async () => {
    for (const { sample, mask } of cases) {
      const category = sample.scene.label === "ants" ? 1 : 2;
      const expected = mask.map((id) => (id ? category : 0));
      expect(await grey(sample.labels.semantic!)).toEqual(expected);
    }
  });

  it("part masks are the parts that stand nearest", async () => {
    for (const { sample, raster: soft, mask } of cases) {
      const parts = await grey(sample.labels.parts!);
      expect(parts.map((part) => (part ? 1 : 0))).toEqual(mask.map((id) => (id ? 1 : 0)));
      expect(agreement(parts, soft.parts)).toBeGreaterThan(0.99);
    }
  });

  it("depth is the distance along the view, in millimetres", () => {
    for (const { sample, raster: soft } of cases) {
      const depth = npy(sample.labels.depth!);
      const off = Array.from(depth, (d, i) => Math.abs(d - soft.depth[i]!) / (soft.depth[i]! || 1));
      expect(off.filter((x) => x < 2e-4).length / off.length).toBeGreaterThan(0.98);
    }
  });

  it("normals are unit, face the lens and lie in the camera's axes", async () => {
    for (const { sample, raster: soft, mask } of cases) {
      const levels = await sharp(sample.labels.normals!).raw().toBuffer();
      const inside = [...mask.keys()].filter((i) => mask[i] && soft.ids[i] === mask[i]);
      const decoded = inside.map((i) => [0, 1, 2].map((k) => levels[3 * i + k]! / 127.5 - 1));
      const cosines = decoded.map((n, j) =>
        n.reduce((sum, x, k) => sum + x * soft.normals[3 * inside[j]! + k]!, 0),
      );
      expect(median(cosines)).toBeGreaterThan(0.99);
      expect(median(decoded.map((n) => Math.abs(Math.hypot(...n) - 1)))).toBeLessThan(0.01);
    }
  });
});

describe("each instance's numbers", () => {
  it("box, area and run lengths are recounted from the mask file", () => {
    for (const { label, mask } of instances()) {
      const { count, box } = boxOf((i) => mask[i] === label.instance);
      expect([label.area, label.px_count_visib, label.bbox]).toEqual([count, count, box]);
      expect(unrolled(label.segmentation)).toEqual([...mask].map((id) => (id === label.instance ? 1 : 0)));
    }
  });

  it("box and area are those of the software's mask", () => {
    for (const { label, raster: soft } of instances()) {
      const { count, box } = boxOf((i) => soft.ids[i] === label.instance);
      expectCount(label.area, count);
      if (label.area > 20) expectBox(label.bbox, box, 2);
    }
  });

  it("an insect is missing from the labels only where it is hidden", () => {
    for (const { sample, raster: soft } of cases) {
      const named = sample.instances.map(({ instance }) => instance);
      sample.scene.subjects.forEach((_, k) => {
        if (named.includes(k + 1)) return;
        expect(soft.ids.filter((id) => id === k + 1).length).toBeLessThan(4);
      });
    }
  });

  it("amodal box and counts are those of the insect alone on a canvas of seven pictures' side", () => {
    const canvas = { left: -3 * WIDTH, top: -3 * HEIGHT, width: 7 * WIDTH, height: 7 * HEIGHT };
    for (const { label, model } of instances()) {
      const alone = raster(model, canvas, (body) => body.instance === label.instance);
      const { count, box } = boxOf(
        (i) => alone.depth[i]! > 0,
        canvas.left,
        canvas.top,
        canvas.width,
        canvas.height,
      );
      expectCount(label.px_count_all!, count);
      expectBox(label.bbox_obj!, box, 2);
      expect(label.visib_fract).toBeCloseTo(label.px_count_visib! / label.px_count_all!, 5);
      const inFrame = boxOf(
        (i) => {
          const [x, y] = [canvas.left + (i % canvas.width), canvas.top + Math.floor(i / canvas.width)];
          return alone.depth[i]! > 0 && x >= 0 && y >= 0 && x < WIDTH && y < HEIGHT;
        },
        0,
        0,
        canvas.width,
        canvas.height,
      );
      expectCount(label.in_frame_fract! * label.px_count_all!, inFrame.count);
      expect(label.visib_fract).toBeLessThanOrEqual(label.in_frame_fract!);
    }
  });

  it("the scenes hold whole, hidden and cut-off insects, so that this means something", () => {
    const all = instances().map(({ label }) => label);
    expect(all.length).toBeGreaterThan(SCENES);
    expect(all.some((l) => l.visib_fract! > 0.98)).toBe(true);
    expect(all.some((l) => l.in_frame_fract! < 0.8)).toBe(true);
    expect(all.some((l) => l.visib_fract! < 0.8 * l.in_frame_fract!)).toBe(true);
  });
});

describe("keypoints", () => {
  it("are at least twenty, each where plain vectors project it, or 0 outside the picture", () => {
    for (const { label, model } of instances()) {
      const names = subjectOf(label.label).keypoints;
      expect(names.length).toBeGreaterThanOrEqual(20);
      expect([...names].sort()).toEqual(Object.keys(model.keypoints[label.instance - 1]!).sort());
      names.forEach((name, k) => {
        const [x, y, v] = label.keypoints!.slice(3 * k) as [number, number, number];
        const [px, py] = model.project(model.keypoints[label.instance - 1]![name]!);
        const inside = px >= 0 && py >= 0 && px < WIDTH && py < HEIGHT;
        expect(v > 0).toBe(inside);
        expect(Math.hypot(x - (inside ? px : 0), y - (inside ? py : 0))).toBeLessThan(0.02);
      });
    }
  });

  it("are seen where no ray meets anything opaque before them, up to a pixel from an edge", () => {
    const tally = { hidden: 0, seen: 0, wrong: 0, edges: 0 };
    for (const { label, model } of instances())
      subjectOf(label.label).keypoints.forEach((name, k) => {
        const v = label.keypoints![3 * k + 2]!;
        if (v === 0) return;
        const point = model.keypoints[label.instance - 1]![name]!;
        const rays = beside(point, model).map((ray) => isHidden(model, ray, SKIN * label.length));
        if (new Set(rays).size > 1) tally.edges++;
        else {
          tally[rays[0] ? "hidden" : "seen"]++;
          if (rays[0] !== (v === 1)) tally.wrong++;
        }
      });
    expect(tally.hidden).toBeGreaterThan(50);
    expect(tally.seen).toBeGreaterThan(100);
    expect(tally.edges).toBeLessThan(tally.hidden + tally.seen);
    expect(tally.wrong).toBeLessThanOrEqual(0.01 * (tally.hidden + tally.seen));
  });
});

/** A point and its neighbours at its depth, half a pixel's diagonal to each side. */
function beside([x, y, z]: Vec, { project }: Software): Vec[] {
  const pixel = z / (project([1, 0, 1])[0] - project([0, 0, 1])[0]);
  const steps = [[0, 0], ...[-0.7, 0.7].flatMap((a) => [-0.7, 0.7].map((b) => [a, b]))];
  return steps.map(([a, b]) => [x + a! * pixel, y + b! * pixel, z]);
}

describe("pose and camera", () => {
  it("pose and intrinsics bring points of the insect's frame to their pixels", () => {
    for (const { label, model, sample } of instances())
      for (const [name, own] of Object.entries(model.ownKeypoints[label.instance - 1]!)) {
        const [x, y] = projected(sample.camera, rigid(label.pose, own));
        const [px, py] = model.project(model.keypoints[label.instance - 1]![name]!);
        expect(Math.hypot(x - px, y - py)).toBeLessThan(0.02);
      }
  });

  it("rotations turn and do not mirror", () => {
    for (const { label, sample } of instances())
      for (const { rotation } of [label.pose, sample.camera]) expect(determinant(rotation)).toBeCloseTo(1, 5);
  });

  it("the extrinsics have the world's z upright in a level view", () => {
    for (const { sample } of cases) {
      const { elevation, roll } = sample.scene.camera;
      const up = sample.camera.rotation.map((row) => row[2]!);
      expect(-up[1]!).toBeCloseTo(
        Math.cos((elevation * Math.PI) / 180) * Math.cos((roll * Math.PI) / 180),
        4,
      );
      expect(-up[2]!).toBeCloseTo(Math.sin((elevation * Math.PI) / 180), 4);
    }
  });
});

function rigid({ rotation, translation }: Pose, [x, y, z]: Vec): Vec {
  return rotation.map((row, k) => row[0]! * x + row[1]! * y + row[2]! * z + translation[k]!) as never;
}

function projected({ intrinsics }: CameraLabel, [x, y, z]: Vec): [number, number] {
  const [u, v, w] = intrinsics.map((row) => row[0]! * x + row[1]! * y + row[2]! * z);
  return [u! / w!, v! / w!];
}

const determinant = ([[a, b, c], [d, e, f], [g, h, i]]: Pose["rotation"]) =>
  a! * (e! * i! - f! * h!) - b! * (d! * i! - f! * g!) + c! * (d! * h! - e! * g!);

/** The run lengths' pixels, row by row. */
function unrolled({ size: [height, width], counts }: Rle): number[] {
  const columns = counts.flatMap((count, i) => new Array<number>(count).fill(i % 2));
  return Array.from(
    { length: width * height },
    (_, i) => columns[(i % width) * height + Math.floor(i / width)]!,
  );
}

function npy(file: Uint8Array): Float32Array {
  const header = Buffer.from(file).readUInt16LE(8);
  expect(Buffer.from(file).toString("latin1", 10, 10 + header)).toContain(`'shape': (${HEIGHT}, ${WIDTH})`);
  return new Float32Array(Uint8Array.from(file.subarray(10 + header)).buffer);
}
