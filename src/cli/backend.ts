/** `antbee backend install [--gpu]` */
import { invalid } from "../shared/errors.js";
import { command } from "./command.js";

export default command({
  name: "backend",
  example: "backend install",
  description: "Installs TensorFlow's own engine where its package's download is refused",
  args: {
    action: { type: "positional", required: true, description: "install" },
    gpu: {
      type: "boolean",
      description: "With CUDA, for a machine with an NVIDIA device (2 GiB to download)",
    },
  },
  async run({ action, gpu }) {
    if (action !== "install") throw invalid("antbee backend", "install", action);
    const { installNative } = await import("../../adapt/backend/install/install.js");
    const installed = await installNative(gpu ? "gpu" : "cpu");
    const device = installed.gpu ? "a CUDA device" : "the CPU";
    const text = `TensorFlow ${installed.version} on ${device}, from ${installed.from}: ${installed.folder}`;
    return { json: installed, text };
  },
});
