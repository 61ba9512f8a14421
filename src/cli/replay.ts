/** `antbee replay DIR --index I` */
import { basename } from "node:path";
import { writeAtomic } from "../shared/files.js";
import { claimFile } from "../shared/picture-file.js";
import { command, wholeNumber } from "./command.js";

export default command({
  name: "replay",
  example: "replay my-renders --index 0",
  description: "Render one sample of a dataset again and compare it, byte for byte, with what is stored",
  args: {
    dir: { type: "positional", required: true, description: "A rendered dataset" },
    index: { type: "string", required: true, description: "The sample's index", valueHint: "i" },
    out: { type: "string", description: "Write the new image into this folder", valueHint: "dir" },
  },
  async run({ dir, index, out }) {
    const { replaySample } = await import("../../sim/dataset/replay.js");
    const { path, image, differing } = await replaySample(dir, wholeNumber("index", index, 0));
    const written = out === undefined ? null : `${out}/${basename(path)}`;
    if (written) {
      await claimFile(written, "the same image", (bytes) => bytes.equals(image));
      await writeAtomic(written, image);
    }
    const verdict = differing.length
      ? `differs from what is stored: ${differing.join(", ")}`
      : "identical to what is stored, byte for byte";
    return {
      json: { path, identical: differing.length === 0, differing, written },
      text: `${path}: ${verdict}${written ? `; written to ${written}` : ""}`,
      exitCode: differing.length ? 1 : undefined,
    };
  },
});
