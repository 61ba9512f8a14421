/** What each left-out factor changes on the target, and accuracy by the number of renders. */
import { variantLabel } from "../ablation/headline.js";
import type { Ablation, AblationVariant } from "../ablation/schema.js";
import { percentInterval, pointsInterval } from "../comparison/format.js";
import { variantDecision, variantsTable } from "./ablation-table.js";
import { PERCENT_AXIS } from "./axes.js";
import { type CurveStyle, curveMarks, curvePlot } from "./doubling-curve.js";
import { type Figure, intervalCell, numberCell } from "./figure.js";
import { DECIDED, DOMAINS } from "./legends.js";
import { estimateOf, rowChart } from "./row-chart.js";
import { drawSvg } from "./svg.js";

/** Every part that the ablation has data for. */
export function ablationFigures(ablation: Ablation): [Figure, ...Figure[]] {
  const counted = ablation.variants.some(({ kind }) => kind === "count");
  return [differencesFigure(ablation), ...(counted ? [countsFigure(ablation)] : [])];
}

const GROUPS: Record<AblationVariant["kind"], string> = {
  factor: "left at its neutral value",
  preset: "preset left out",
  count: "number of renders",
};

function differencesFigure(ablation: Ablation): Figure {
  const { variants } = ablation;
  const texts = variants.map(
    (one) => `${variantLabel(one)}: ${pointsInterval(one.difference)} points, ${variantDecision(one)}`,
  );
  return rowChart({
    id: "ablation",
    title: "Difference from the whole scene",
    caption: `Accuracy on the target's training images minus that of the whole scene, same seeds and images, with its 95% interval, uncorrected. Left of 0: what was left out is worth something. Upright ticks: what a difference had to reach to be shown by itself.`,
    alt: `Difference from the whole scene in target accuracy. ${texts.join("; ")}.`,
    x: { ...PERCENT_AXIS, label: "difference, percentage points" },
    rules: [{ at: 0 }],
    legend: DECIDED,
    rows: variants.map((one) => {
      const { intervals, marks } = estimateOf(one.shown ? "target" : "source", one.difference);
      return {
        label: variantLabel(one),
        group: GROUPS[one.kind],
        intervals,
        marks: [...marks, ...thresholds(one)],
      };
    }),
    table: variantsTable(ablation),
  });
}

const thresholds = ({ smallest }: AblationVariant) =>
  (smallest ? [-smallest.alone, smallest.alone] : []).map((at) => ({
    at,
    shape: "tick" as const,
    part: "faint" as const,
  }));

type Point = Pick<AblationVariant, "count" | "target" | "renders">;

function countsFigure({ full, variants }: Ablation): Figure {
  const all: Point[] = [full, ...variants.filter(({ kind }) => kind === "count")];
  const curve = [...all].sort((a, b) => a.count - b.count);
  const texts = curve.map(({ count, target }) => `${count} renders: ${percentInterval(target)}`);
  const alt = `Target accuracy by number of renders. ${texts.join("; ")}.`;
  return {
    id: "counts",
    title: "Accuracy by number of renders",
    caption:
      "Of the whole scene, with 95% bands; target images are its training images. More renders at the same number of epochs are more steps, too.",
    alt,
    draw: (width) =>
      drawSvg(
        curvePlot({
          width,
          ticks: curve.map(({ count }) => count),
          xLabel: "training renders",
          yLabel: "accuracy, %",
          marks: [...countMarks(curve, "renders"), ...countMarks(curve, "target")],
        }),
        alt,
        DOMAINS,
      ),
    table: {
      caption: "Accuracy by number of renders",
      columns: ["renders", "target train [95%]", "held-out renders [95%]"],
      rows: curve.map(({ count, target, renders }) => [
        numberCell(count, String),
        intervalCell(target, percentInterval),
        intervalCell(renders, percentInterval),
      ]),
    },
  };
}

/** Solid with filled circles on the target, dashed with hollow diamonds on renders. */
const STYLES: Record<"target" | "renders", CurveStyle> = {
  target: { part: "target", symbol: "circle", filled: true },
  renders: { part: "source", symbol: "diamond", filled: false, dash: "4 3" },
};

const countMarks = (curve: readonly Point[], of: "target" | "renders") =>
  curveMarks(
    curve.map((point) => ({ at: point.count, ...point[of] })),
    STYLES[of],
  );
