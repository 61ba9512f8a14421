/** A context loses no call to the driver, whatever is collected meanwhile. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { openContext } from "../../sim/renderer/context.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** In a function of its own, so that nothing holds it when that returns. */
async function openAndClose(): Promise<void> {
  (await openContext(16, 16)).close();
}

it("keeps the calls during which a closed context is collected", async () => {
  const { gl, close } = await openContext(16, 16);
  for (let i = 0; i < 3; i++) await openAndClose();
  const sampler = gl.createSampler()!;
  // The driver's side asks for the number when it has made its context current.
  const late = {
    valueOf() {
      collect();
      return gl.NEAREST;
    },
  };
  gl.samplerParameteri(sampler, gl.TEXTURE_MIN_FILTER, late as unknown as number);
  expect(gl.getSamplerParameter(sampler, gl.TEXTURE_MIN_FILTER)).toBe(gl.NEAREST);
  close();
});
