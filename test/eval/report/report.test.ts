import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { beforeAll, describe, expect, it } from "vitest";
import { renderPng, standaloneSvg } from "../../../eval/charts/svg.js";
import { compareArms } from "../../../eval/comparison/compare.js";
import { pictureKey } from "../../../eval/comparison/gallery.js";
import { type Comparison, checkComparison } from "../../../eval/comparison/schema.js";
import { renderMarkdown } from "../../../eval/report/markdown.js";
import { renderHtml } from "../../../eval/report/page.js";
import { reportFigures, reportQuestions } from "../../../eval/report/sections.js";
import { verdict } from "../../../eval/report/verdict.js";
import { writeReport } from "../../../eval/report/write.js";
import { lastingFolder, temporaryFolder } from "../../support.js";
import { madeUpInput, madeUpRichInput } from "../made-up.js";

const comparison = compareArms(madeUpInput([0, 1]));

describe("writeReport", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await lastingFolder();
    const target = madeUpInput([0]).arms[1]!.runs[0]!.target;
    await writeReport(comparison, folder, { predictions: { "source-only/seed-0": target } });
  });

  it("writes one self-contained folder, and nothing half-written", async () => {
    const names = await readdir(folder, { recursive: true });
    expect(names.filter((name) => name.endsWith(".tmp"))).toEqual([]);
    for (const name of [
      "index.html",
      "report.json",
      "report.md",
      "card.png",
      "figures/overview.svg",
      "figures/overview.png",
      "predictions/source-only/seed-0.csv",
    ])
      expect(names).toContain(name);
  });

  it("writes the comparison as it is", async () => {
    expect(JSON.parse(await readFile(join(folder, "report.json"), "utf8"))).toEqual(comparison);
  });

  it("gives the same bytes again", async () => {
    const again = await temporaryFolder();
    await writeReport(JSON.parse(JSON.stringify(comparison)), again);
    for (const name of ["index.html", "report.json", "report.md", "figures/curves.svg", "card.png"])
      expect(await readFile(join(again, name))).toEqual(await readFile(join(folder, name)));
  });

  it("refuses what is no report, and writes nothing", async () => {
    const empty = await temporaryFolder();
    const broken = { ...comparison, target: { ...comparison.target, n: 0 } };
    await expect(writeReport(broken, empty)).rejects.toThrow(
      "report.json: target.n: expected a report of schema 1",
    );
    expect(await readdir(empty)).toEqual([]);
  });
});

describe("the page", () => {
  const html = renderHtml(comparison);
  const { document } = parseHTML(html);

  it("asks nothing of the network", () => {
    expect(html).not.toMatch(/(src|href)="(?!#)/);
    expect(html).not.toMatch(/@import|url\(/);
    expect(html).toContain("default-src 'none'");
  });

  it("opens with the verdict, and has every caution", () => {
    const text = document.body.textContent!;
    expect(document.querySelector(".verdict")!.textContent).toBe(verdict(comparison));
    expect(text.indexOf(verdict(comparison))).toBeLessThan(text.indexOf("Read with care"));
    expect(document.querySelectorAll("#caveats li")).toHaveLength(comparison.cautions.length);
  });

  it("answers each question in a sentence, and its contents lead there", () => {
    const questions = reportQuestions(comparison);
    const links = Array.from(document.querySelectorAll("#contents a"), (a) => a.getAttribute("href"));
    expect(links).toEqual(["#caveats", ...questions.map(({ id }) => `#${id}`)]);
    for (const { id, title, answer } of questions) {
      const summary = document.querySelector(`details#${id} > summary`)!.textContent!;
      expect(summary).toBe(`${title} ${answer}`);
      expect(answer).toMatch(/^\S.*\.$/);
    }
  });

  it("names how each interval was found beside it", () => {
    const cells = Array.from(
      document.querySelectorAll(".scroll[aria-label='Table: Arms by track'] .interval"),
      (e) => e.textContent,
    );
    expect(cells.length).toBeGreaterThan(20);
    for (const cell of cells) expect(cell).toMatch(/^\[.*\] (Wilson|crossed|Fieller, crossed)/);
    const table = renderMarkdown(comparison);
    expect(table).toMatch(/\| [−+\d.]+ \[[^\]]+\] crossed +\|/);
  });

  it("has one decision a pair, and the exact tests of single seeds", () => {
    const rowsOf = (...captions: string[]) => {
      const tables = Array.from(document.querySelectorAll("table")).filter((one) =>
        captions.includes(one.querySelector("caption")!.textContent!),
      );
      return tables.flatMap((table) =>
        Array.from(table.querySelectorAll("tbody tr"), (row) => row.textContent),
      );
    };
    const decisions = rowsOf(
      "Paired differences, and one decision for each pair of the family",
      "Paired differences outside the family: no decision is made of them",
    );
    expect(decisions).toHaveLength(comparison.pairs.length);
    const shown = comparison.pairs.filter((pair) => pair.shown).length;
    expect(decisions.filter((row) => /\dshown$/.test(row!))).toHaveLength(shown);
    expect(rowsOf("Exact McNemar tests, one a seed")).toHaveLength(2 * comparison.pairs.length);
  });

  it("says of what was not shown that it may be there", () => {
    for (const text of [document.body.textContent!, renderMarkdown(comparison)]) {
      expect(text).toContain("A difference that was not shown may be there all the same");
      expect(text).not.toMatch(/no difference|no effect|do not differ|makes no/i);
    }
  });

  it("has a row for each configuration in the ledger, and how often it opened the labels", () => {
    const [entry] = comparison.ledger;
    const other = { ...entry!, configHash: "cd".repeat(32) };
    const twice = parseHTML(renderHtml({ ...comparison, ledger: [entry!, other, entry!] })).document;
    const rows = Array.from(twice.querySelectorAll("[aria-labelledby=sealed-test-title] tbody tr"), (row) =>
      Array.from(row.querySelectorAll("td"), (cell) => cell.textContent),
    );
    expect(rows.map((cells) => cells.slice(-2))).toEqual([
      ["2", "abababababab"],
      ["1", "cdcdcdcdcdcd"],
    ]);
  });

  it("leads from each arm to cautions that exist", () => {
    const links = Array.from(document.querySelectorAll("sup a"));
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(document.querySelector(link.getAttribute("href")!)).not.toBeNull();
  });

  it("has a text alternative for every chart and a table beside it", () => {
    for (const svg of Array.from(document.querySelectorAll("svg"))) {
      expect(svg.getAttribute("role")).toBe("img");
      expect(svg.getAttribute("aria-label")!.length).toBeGreaterThan(20);
    }
    for (const { table } of reportFigures(comparison)) expect(table.rows.length).toBeGreaterThan(0);
  });

  it("has every anchor once", () => {
    const ids = Array.from(document.querySelectorAll("[id]")).map((e) => e.id);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });

  it("shows the command that reproduces it, and every hash", () => {
    expect(document.querySelector("pre")!.textContent).toBe(
      "npx antbee run scenes/experiments/baseline.yaml",
    );
    for (const { sha256 } of comparison.inputs) expect(html).toContain(sha256);
  });

  it("marks a preview on a stand-in on its first screen", () => {
    const weak: Comparison = {
      ...comparison,
      preview: true,
      target: { ...comparison.target, kind: "stand-in" },
    };
    const banners = parseHTML(renderHtml(weak)).document.querySelectorAll(".banner");
    expect(Array.from(banners, (b) => b.textContent).join()).toMatch(/not real photographs.*Preview/);
  });

  it("cannot be injected into by a name, a note, a path or a value", () => {
    const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>`;
    const input = madeUpInput([0, 1], { experiment: evil, environment: { [evil]: evil, command: evil } });
    input.arms[1]!.name = evil;
    input.arms[1]!.uses = evil;
    input.arms[1]!.runs[0]!.history![0]!.phase = evil;
    input.selection = { [evil]: evil };
    input.target = { ...input.target, dataset: evil };
    input.inputs = [{ name: evil, path: evil, sha256: evil }];
    input.ledger[0]!.reason = evil;
    const injected = parseHTML(renderHtml(compareArms(input))).document;
    expect(injected.querySelectorAll("script")).toHaveLength(1);
    expect(injected.querySelectorAll("img")).toHaveLength(0);
    expect(injected.querySelectorAll("[onerror]")).toHaveLength(0);
    expect(injected.title).toBe(`antbee: ${evil}`);
  });
});

describe("figures", () => {
  it("are well-formed SVG of fixed colours, whatever the names", () => {
    const input = madeUpInput([0]);
    input.arms[1]!.name = `a<b & "c"`;
    for (const figure of reportFigures(compareArms(input))) {
      const svg = standaloneSvg(figure.draw(400));
      expect(svg).not.toContain("var(--");
      // resvg reads strict XML.
      expect(renderPng(svg).length).toBeGreaterThan(1000);
    }
  });

  it("show only what there is: no curves without a history, no pairs of one arm", () => {
    const input = madeUpInput([0]);
    input.arms = [input.arms[1]!];
    input.arms[0]!.runs[0]!.history = [];
    const ids = reportFigures(compareArms(input)).map((f) => f.id);
    expect(ids).toEqual(["overview", "seeds", "confusion", "reliability"]);
  });

  it("fit a phone", () => {
    for (const figure of reportFigures(comparison))
      expect(figure.draw(320)).toMatch(/^<svg [^>]*width="320"/);
  });
});

describe("a report with everything", () => {
  const rich = compareArms(madeUpRichInput());

  it("has its questions in their order, each with its evidence", () => {
    const parts = reportQuestions(rich).map(({ id, sections, more }) => [
      id.replace("-question", ""),
      sections.map((section) => section.id),
      more.map((section) => section.id),
    ]);
    expect(parts).toEqual([
      ["worth", ["k-labels", "uplift"], []],
      ["adaptation", ["pairs"], ["pairs-others", "seeds", "mcnemar"]],
      ["failures", ["confusion", "gallery"], ["per-class", "confusion-others"]],
      ["confidence", ["reliability"], ["reliability-others"]],
      ["domains", ["distances", "pca", "statistics"], []],
      ["background", ["background"], []],
      [
        "making",
        ["inputs", "sealed-test", "uses", "duplicates"],
        ["curves", "curves-others", "regret", "environment"],
      ],
    ]);
  });

  it("folds the arms that its first screen leaves out, and has them all in one table", () => {
    const [any] = rich.arms;
    const curve = [1, 2, 3, 4, 5].map((k) => ({ ...any!, name: `${k}-labels`, track: "k-shot" as const, k }));
    const many = { ...rich, arms: [...rich.arms, ...curve] };
    const { document } = parseHTML(renderHtml(many));
    const namesIn = (selector: string) =>
      Array.from(document.querySelectorAll(`${selector} tbody th[scope=row]`), (head) => head.textContent!);
    const all = namesIn("#all-arms");
    expect(all).toHaveLength(many.arms.length);
    const first = namesIn(".scroll[aria-label='Table: Arms by track']");
    expect(first.length).toBeGreaterThan(2);
    expect(first.some((name) => name.includes("-labels"))).toBe(false);
    expect(document.querySelector("details.more #arms")).not.toBeNull();
    expect(document.querySelector("header a[href='#all-arms']")).not.toBeNull();
    expect(parseHTML(renderHtml(rich)).document.querySelector("header a[href='#all-arms']")).toBeNull();
  });

  it("survives JSON, and draws the same page from it", () => {
    expect(renderHtml(checkComparison("x", JSON.parse(JSON.stringify(rich))))).toBe(renderHtml(rich));
  });

  it("names duplicates between splits", () => {
    const text = parseHTML(renderHtml(rich)).document.body.textContent!;
    expect(text).toContain("train/bees/c.jpg");
    expect(text).toContain("between splits");
  });

  it("shows the pictures that it is given, and names the others of their group by their ids", () => {
    const [wrong] = rich.gallery;
    const pictures = new Map([[pictureKey(wrong!), Uint8Array.of(1, 2, 3)]]);
    const { document } = parseHTML(renderHtml(rich, { gallery: pictures }));
    const [image, ...others] = Array.from(document.querySelectorAll("img"));
    expect(others).toEqual([]);
    expect(image!.getAttribute("src")).toBe("data:image/jpeg;base64,AQID");
    expect(image!.getAttribute("alt")).toContain(`predicted as ${wrong!.taken}`);
    const group = rich.gallery.filter(
      ({ arm, kind, domain }) => arm === wrong!.arm && kind === wrong!.kind && domain === wrong!.domain,
    );
    expect(document.querySelectorAll(".absent").length).toBe(group.length - 1);
    expect(parseHTML(renderHtml(rich)).document.querySelectorAll("img, .pictures").length).toBe(0);
  });
});
