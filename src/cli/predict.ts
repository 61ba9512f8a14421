/** `antbee predict RUN IMAGE...` */
import type { Answer } from "../experiment/evaluate/predict-images.js";
import { command } from "./command.js";

export default command({
  name: "predict",
  example: "predict runs/demo/full-low-lr/seed-0 photo.jpg",
  description: "Class probabilities of single images, by one finished run",
  computes: true,
  variadic: true,
  args: {
    run: { type: "positional", required: true, description: "A run, such as runs/demo/full-low-lr/seed-0" },
    image: { type: "positional", required: true, description: "One or more image files" },
    explain: { type: "boolean", description: "Write a picture of where the network looked (Grad-CAM)" },
    out: {
      type: "string",
      description: "With --explain: folder for the pictures; explanations/ in the run's by default",
      valueHint: "dir",
    },
  },
  async run({ run, _: [, ...images], explain, out }) {
    const { explanationsOf, predictImages } = await import("../experiment/evaluate/predict-images.js");
    const folder = explain ? (out ?? (await explanationsOf(run))) : undefined;
    const answers = await predictImages(run, images, folder);
    return { json: answers, text: answers.map(line).join("\n") };
  },
});

function line({ image, probabilities, explanation }: Answer): string {
  const parts = Object.entries(probabilities).map(([name, p]) => `${name} ${p.toFixed(4)}`);
  return `${image}: ${parts.join(", ")}${explanation ? `; where it looked: ${explanation}` : ""}`;
}
