/** What renders are worth in labelled photographs, in words and by arm. */
import { numberCell } from "../charts/figure.js";
import { labelsText, percentInterval, worthSentence } from "../comparison/format.js";
import type { Arm, Worth } from "../comparison/schema.js";
import type { TextSection } from "./section.js";

export function worthSection(worths: readonly Worth[], arms: readonly Arm[]): TextSection {
  const accuracy = (name: string) => percentInterval(arms.find((arm) => arm.name === name)!.target.accuracy);
  return {
    id: "worth",
    title: "What renders are worth in labelled photographs",
    caption: `${worths.map(worthSentence).join(" ")} An isotonic fit of accuracy on the logarithm of the labels a class, linear between, inverted; the interval resamples seeds, draws of the labels and photographs together, 2,000 times.`,
    table: {
      caption: "Arms that learned alike, from renders alone and from photographs alone",
      columns: ["arm", "labels a class", "draws of the labels a seed", "target [95%]"],
      rows: worths.flatMap(({ renders, photographs }) => [
        [renders, numberCell(0, () => "none, renders"), numberCell(null, String), accuracy(renders)],
        ...photographs.map(({ arm, k, draws }) => [
          arm,
          numberCell(k, (value) => labelsText({ k: value, beyond: null })),
          numberCell(draws, String),
          accuracy(arm),
        ]),
      ]),
    },
  };
}
