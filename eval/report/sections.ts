/** The report's questions in their order, each with its evidence: charts with their tables, and tables alone. */
import { backgroundFigure } from "../charts/background.js";
import { confusionFigure } from "../charts/confusion.js";
import { curvesFigure, hasCurve } from "../charts/curves.js";
import { distancesFigure } from "../charts/distances.js";
import { pcaFigure } from "../charts/embedding.js";
import type { Figure } from "../charts/figure.js";
import { kLabelsFigure } from "../charts/k-labels.js";
import { pairsFigure } from "../charts/pairs.js";
import { regretFigure } from "../charts/regret.js";
import { reliabilityFigure } from "../charts/reliability.js";
import { seedsFigure } from "../charts/seeds.js";
import { statisticsFigure } from "../charts/statistics.js";
import { upliftFigure } from "../charts/uplift.js";
import type { Arm, Comparison } from "../comparison/schema.js";
import {
  adaptationAnswer,
  backgroundAnswer,
  confidenceAnswer,
  domainsAnswer,
  failuresAnswer,
  makingAnswer,
  worthAnswer,
} from "./answers.js";
import { duplicatesSection } from "./duplicates-section.js";
import { experimentsSection } from "./experiments-section.js";
import { gallerySection } from "./gallery-section.js";
import { keyArms } from "./key-arms.js";
import { mcnemarSection } from "./mcnemar-section.js";
import { allArmsFigure, overviewFigure } from "./overview.js";
import { environmentTable, inputsTable, ledgerTable, perClassTable, usesTable } from "./page-tables.js";
import type { Question, Section, TextSection } from "./section.js";
import { armsInOrder } from "./table.js";
import { worthSection } from "./worth-section.js";

/** Every question that the comparison has evidence for. */
export function reportQuestions(comparison: Comparison): Question[] {
  const makers = [worth, adaptation, failures, confidence, domains, background, making];
  return makers
    .map((make) => make(comparison))
    .filter(({ sections, more }) => sections.length + more.length > 0);
}

/** The parts that have a chart, that of the first screen first. */
export function reportFigures(comparison: Comparison): Figure[] {
  const parts = reportQuestions(comparison).flatMap(({ sections, more }) => [...sections, ...more]);
  return [overviewFigure(comparison), ...parts.filter((part): part is Figure => "draw" in part)];
}

const when = <T>(present: boolean, make: () => T): T[] => (present ? [make()] : []);

/** A small chart an arm: of the arms that matter, and of the others folded away. */
function byArm(comparison: Comparison, draw: (arms: Arm[]) => Figure, arms = armsInOrder(comparison.arms)) {
  const names = new Set(keyArms(comparison).map(({ name }) => name));
  const key = arms.filter(({ name }) => names.has(name));
  const others = arms.filter(({ name }) => !names.has(name));
  return {
    sections: when(key.length > 0, () => draw(key)),
    more: when(others.length > 0, () => ofOthers(draw(others))),
  };
}

const ofOthers = (figure: Figure): Figure => ({
  ...figure,
  table: { ...figure.table, caption: `${figure.table.caption}: the other arms` },
  id: `${figure.id}-others`,
  title: `${figure.title}: the other arms`,
});

function worth(comparison: Comparison): Question {
  const arms = armsInOrder(comparison.arms);
  const { worth, uplift } = comparison;
  const budgets = new Set(arms.flatMap((arm) => arm.k ?? []));
  return {
    id: "worth-question",
    short: "Worth",
    title: "What are renders worth?",
    answer: worthAnswer(comparison),
    sections: [
      ...when(budgets.size > 1, () => kLabelsFigure(arms)),
      ...when(worth.length > 0, () => worthSection(worth, arms)),
      ...when(uplift.length > 0, () => upliftFigure(uplift)),
    ],
    more: [],
  };
}

function adaptation(comparison: Comparison): Question {
  const arms = armsInOrder(comparison.arms);
  const { pairs, families } = comparison;
  const tested = pairs.filter(({ pAdjusted }) => pAdjusted !== null);
  const [first, others] =
    tested.length > 0 ? [tested, pairs.filter((pair) => !tested.includes(pair))] : [pairs, []];
  const every = allArmsFigure(comparison);
  return {
    id: "adaptation-question",
    short: "Adaptation",
    title: "Which adaptation helps?",
    answer: adaptationAnswer(comparison),
    sections: [
      ...when(first.length > 0, () => pairsFigure({ pairs: first, families })),
      ...(comparison.experiments ? [experimentsSection(comparison.experiments)] : []),
    ],
    more: [
      ...(every ? [every] : []),
      ...when(others.length > 0, () => outsideFamily(pairsFigure({ pairs: others, families }))),
      seedsFigure(arms),
      ...when(pairs.length > 0, () => mcnemarSection(pairs)),
    ],
  };
}

const outsideFamily = (figure: Figure): Figure => ({
  ...figure,
  id: "pairs-others",
  title: "Paired differences outside the family",
  table: { ...figure.table, caption: "Paired differences outside the family: no decision is made of them" },
});

function failures(comparison: Comparison): Question {
  const { classes, gallery } = comparison;
  const { sections, more } = byArm(comparison, (arms) => confusionFigure(arms, classes));
  return {
    id: "failures-question",
    short: "Failures",
    title: "Where does it fail?",
    answer: failuresAnswer(comparison),
    sections: [...sections, ...when(gallery.length > 0, () => gallerySection(gallery))],
    more: [tableSection("per-class", "Per class", perClassTable(comparison)), ...more],
  };
}

function confidence(comparison: Comparison): Question {
  return {
    id: "confidence-question",
    short: "Confidence",
    title: "Can the confidence be trusted?",
    answer: confidenceAnswer(comparison),
    ...byArm(comparison, (arms) => reliabilityFigure(arms, comparison.classes.length)),
  };
}

function domains(comparison: Comparison): Question {
  const { embeddings, distances, statistics } = comparison;
  return {
    id: "domains-question",
    short: "Domains",
    title: "Do the domains overlap?",
    answer: domainsAnswer(comparison),
    sections: [
      ...when(distances.length > 0, () => distancesFigure(distances)),
      ...when(embeddings.length > 0, () => pcaFigure(comparison)),
      ...when(statistics.length > 0, () => statisticsFigure(statistics)),
    ],
    more: [],
  };
}

function background(comparison: Comparison): Question {
  const { background, classes } = comparison;
  return {
    id: "background-question",
    short: "Background",
    title: "What does the background give away?",
    answer: background ? backgroundAnswer(comparison) : "",
    sections: background ? [backgroundFigure(background, classes)] : [],
    more: [],
  };
}

function making(comparison: Comparison): Question {
  const arms = armsInOrder(comparison.arms);
  const trained = arms.filter(hasCurve);
  const { sections, more } = byArm(comparison, curvesFigure, trained);
  const chosen = arms.some((arm) => arm.regret.length > 0);
  return {
    id: "making-question",
    short: "Making",
    title: "How was it made?",
    answer: makingAnswer(comparison),
    sections: [
      tableSection("inputs", "Inputs by hash", inputsTable(comparison)),
      tableSection("sealed-test", "Openings of the sealed test", ledgerTable(comparison)),
      tableSection("uses", "What each arm used", usesTable(comparison)),
      ...(comparison.duplicates ? [duplicatesSection(comparison.duplicates)] : []),
    ],
    more: [
      ...sections,
      ...more,
      ...when(chosen, () => regretFigure(arms)),
      tableSection("environment", "Environment", environmentTable(comparison)),
    ],
  };
}

const tableSection = (id: string, title: string, table: TextSection["table"]): Section => ({
  id,
  title,
  caption: "",
  table,
});
