/** The report as one page: no network, no framework, every text escaped. */
import { distinct } from "../../src/shared/group.js";
import type { Interval } from "../../src/shared/types.js";
import type { Arm, Comparison } from "../comparison/schema.js";
import { cautionsAnswer } from "./answers.js";
import { armsTable } from "./arms-table.js";
import { firstScreen } from "./first-screen.js";
import { footerPart } from "./footer.js";
import { type Html, html } from "./html.js";
import { firstArms } from "./overview.js";
import { pageFrame } from "./page-frame.js";
import { figureWithTable, type PictureFiles, textPart } from "./page-parts.js";
import type { RenderSamples } from "./samples.js";
import type { Question, Section } from "./section.js";
import { reportQuestions } from "./sections.js";

/** Pictures that a page shows: the gallery's by `pictureKey`, and renders of each class. */
export interface PagePictures {
  gallery?: PictureFiles;
  samples?: readonly RenderSamples[];
}

/** The page of a comparison. The same comparison and pictures always give the same bytes. */
export function renderHtml(
  comparison: Comparison,
  { gallery = new Map(), samples = [] }: PagePictures = {},
): string {
  const questions = reportQuestions(comparison);
  const main = html`${contents(questions, comparison)}
${cautionsSection(comparison)}
<div class="evidence">
${questions.map((question) => questionPart(question, extraOf(question, comparison), gallery))}
</div>`;
  return pageFrame({
    title: comparison.experiment,
    figures: "contents",
    header: firstScreen(comparison, samples),
    main,
    footer: footerPart(comparison),
  });
}

/** Stays in sight while one reads; on paper it is the list of answers. */
function contents(questions: readonly Question[], comparison: Comparison): Html {
  const all = [{ id: "caveats", short: "Cautions", title: "Read with care", answer: "" }, ...questions];
  const items = all.map(
    ({ id, short, title, answer }) =>
      html`<li><a href="#${id}"><span class="short">${short}</span><span class="long">${title}</span></a> <span class="answer">${answer || cautionsAnswer(comparison)}</span></li>`,
  );
  return html`<nav id="contents" aria-label="Contents"><ul>${items}</ul></nav>`;
}

function cautionsSection(comparison: Comparison): Html {
  const caveats = comparison.cautions.map((text, i) => html`<li id="caveat-${i + 1}">${text}</li>`);
  return html`<details class="question" id="caveats">
<summary><h2>Read with care</h2> <span class="answer">${cautionsAnswer(comparison)}</span></summary>
<ol>${caveats}</ol>
</details>`;
}

function questionPart(
  { id, title, answer, sections, more }: Question,
  extra: Html | false,
  files: PictureFiles,
): Html {
  return html`<details class="question" id="${id}">
<summary><h2>${title}</h2> <span class="answer">${answer}</span></summary>
${extra}
${sections.map((section) => sectionPart(section, files))}
${more.map((section) => foldedPart(section, files))}
</details>
`;
}

/** The arms' table has a form of its own: those of the first screen, and all of them folded where there are more. */
function extraOf({ id }: Question, comparison: Comparison): Html | false {
  if (id !== "adaptation-question") return false;
  const { arms, cautions } = comparison;
  const first = firstArms(comparison);
  const all = html`<details id="all-arms"><summary>Table: all ${arms.length} arms</summary>
${armsTable(arms, cautions, "All arms by track")}</details>`;
  return html`<h3 id="arms-by-track">Arms by track</h3>
<p class="note">Accuracies with 95% intervals (${methodsOfArms(arms)}); gap: renders minus target, in percentage points; small numbers lead to cautions. Tracks are not ranked against one another.</p>
${armsTable(first, cautions)}
${first.length < arms.length && all}`;
}

function methodsOfArms(arms: readonly Arm[]): string {
  const named = (what: string, values: readonly (Interval | null)[]) =>
    `${what}: ${distinct(values.flatMap((value) => value?.method ?? [])).join(" or ")}`;
  return [
    named(
      "target",
      arms.map(({ target }) => target.accuracy),
    ),
    ...[
      named(
        "gap",
        arms.map(({ gap }) => gap),
      ),
      named(
        "gap closed",
        arms.map(({ gapClosed }) => gapClosed),
      ),
    ],
  ]
    .filter((text) => !text.endsWith(": "))
    .join("; ");
}

function sectionPart(section: Section, files: PictureFiles): Html {
  return html`
<section aria-labelledby="${section.id}-title"><h3 id="${section.id}-title">${section.title}</h3>
${bodyOf(section, files)}
</section>
`;
}

const bodyOf = (section: Section, files: PictureFiles): Html =>
  "draw" in section ? figureWithTable(section) : textPart(section, files);

/** Not printed: tables of every epoch or seed fill many pages. */
function foldedPart(section: Section, files: PictureFiles): Html {
  return html`<details class="more"><summary>More: ${section.title}</summary>
${bodyOf(section, files)}
</details>
`;
}
