/** The report in a real browser: Debian's chromium, found at its usual places or by ANTBEE_CHROMIUM. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareArms } from "../../../eval/comparison/compare.js";
import { pictureKey } from "../../../eval/comparison/gallery.js";
import { writeReport } from "../../../eval/report/write.js";
import { writeAblation } from "../../../eval/report/write-ablation.js";
import { packageFile } from "../../../src/shared/roots.js";
import { lastingFolder } from "../../support.js";
import { madeUpRichInput } from "../made-up.js";
import { ablation } from "../made-up-ablation.js";

const CHROMIUM = [process.env.ANTBEE_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(
  (path) => path && existsSync(path),
);
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const PHONE = { width: 360, height: 740 };
const TABLET = { width: 768, height: 1024 };
const DESK = { width: 1280, height: 800 };

const picture = () =>
  sharp({ create: { width: 64, height: 64, channels: 3, background: "#a63" } })
    .jpeg()
    .toBuffer();

describe.skipIf(!CHROMIUM)("the report in chromium", () => {
  let browser: Browser;
  /** Of a report's page, of an ablation's, and of the one that stands here. */
  const urls = {
    report: "",
    ablation: "",
    reference: `file://${packageFile("reports/reference/index.html")}`,
  };
  const complaints: string[] = [];

  beforeAll(async () => {
    const folder = await lastingFolder();
    const comparison = compareArms(madeUpRichInput());
    const [first] = comparison.gallery;
    const render = await picture();
    const pictures = new Map([[pictureKey(first!), render]]);
    const samples = comparison.classes.map((name) => ({
      class: name,
      pictures: [render, render, render, render],
    }));
    await writeReport(comparison, folder, { pictures, samples });
    urls.report = `file://${join(folder, "index.html")}`;
    const other = await lastingFolder();
    await writeAblation(ablation, other, { sheet: await picture() });
    urls.ablation = `file://${join(other, "index.html")}`;
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: QUIET });
  });
  afterAll(() => browser?.close());

  async function open(
    viewport: typeof PHONE,
    colorScheme: "light" | "dark" = "light",
    url = urls.report,
  ): Promise<Page> {
    const page = await browser.newPage({ viewport, colorScheme });
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => {
      if (request.url() !== url && !request.url().startsWith("data:"))
        complaints.push(`asks for ${request.url()}`);
    });
    await page.goto(url);
    return page;
  }

  it.each([
    ["report", "a desk", DESK],
    ["report", "a tablet", TABLET],
    ["report", "a phone", PHONE],
    ["ablation", "a desk", DESK],
    ["ablation", "a phone", PHONE],
  ] as const)(
    "%s: loads on %s without an error or a request, and never scrolls sideways",
    async (of, _name, viewport) => {
      const page = await open(viewport, "light", urls[of]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(viewport.width);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  const bottomOf = (page: Page, selector: string) =>
    page.evaluate(`document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect().bottom`);

  it.each([
    ["a phone", PHONE, [".verdict", ".numbers", ".cautions li"]],
    ["a desk", DESK, [".verdict", ".numbers", ".cautions", ".samples", ".overview figure"]],
  ] as const)(
    "shows what was found and the gravest caution on the first screen of %s",
    async (_name, viewport, parts) => {
      const page = await open(viewport);
      for (const part of parts) expect(await bottomOf(page, part), part).toBeLessThan(viewport.height);
      await page.close();
    },
  );

  it("has at most five phone screens folded, and fifteen with every question open", async () => {
    const page = await open(PHONE);
    const screens = async () =>
      ((await page.evaluate("document.documentElement.scrollHeight")) as number) / PHONE.height;
    expect(await screens()).toBeLessThan(5);
    await page.evaluate("for (const d of document.querySelectorAll('details.question')) d.open = true");
    expect(await screens()).toBeLessThan(15);
    await page.close();
  });

  it("opens what a link leads to", async () => {
    const page = await open(DESK);
    const shown = () => page.locator("#arms-by-track").isVisible();
    expect(await shown()).toBe(false);
    await page.getByRole("link", { name: "Figures of these arms" }).click();
    await page.waitForFunction("document.querySelector('#adaptation-question').open");
    expect(await shown()).toBe(true);
    await page.close();
  });

  it.each(["light", "dark"] as const)(
    "has charts whose texts stand out from all that they stand on, %s",
    async (scheme) => {
      const page = await open(DESK, scheme);
      await page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true");
      const [inks, papers] = (await page.evaluate(CHART_COLOURS)) as [string[], string[]];
      const ratios = inks.flatMap((ink) => papers.map((paper) => contrast(rgb(ink), rgb(paper))));
      expect(ratios.length).toBeGreaterThan(1);
      expect(Math.min(...ratios)).toBeGreaterThanOrEqual(4.5);
      await page.close();
    },
  );

  it("sorts a table up and down by its column head, from the keyboard", async () => {
    const page = await open(DESK);
    await page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true");
    const table = page.getByRole("region", { name: "Per class" }).locator("table");
    const f1 = async () =>
      (await table.locator("tbody tr td:last-child").allTextContents()).map(Number.parseFloat);
    const head = table.getByRole("button", { name: "F1" });
    await head.focus();
    await page.keyboard.press("Enter");
    const up = await f1();
    expect(up).toEqual([...up].sort((a, b) => a - b));
    expect(await head.locator("..").getAttribute("aria-sort")).toBe("ascending");
    await page.keyboard.press("Enter");
    expect(await f1()).toEqual([...up].sort((a, b) => b - a));
    await page.close();
  });

  it.each([
    ["report", "light", DESK],
    ["report", "dark", PHONE],
    ["report", "dark", DESK],
    ["report", "light", TABLET],
    ["ablation", "light", PHONE],
    ["ablation", "dark", DESK],
    ["reference", "light", PHONE],
    ["reference", "dark", DESK],
  ] as const)("%s: has no violation that axe can find, %s, %o", async (of, scheme, viewport) => {
    const page = await open(viewport, scheme, urls[of]);
    await page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true");
    const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    // addScriptTag and its like are refused by the page's own content policy; evaluation is not.
    await page.evaluate(axe);
    const violations = await page.evaluate(
      "axe.run().then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html).slice(0, 2).join(' ')))",
    );
    expect(violations).toEqual([]);
    await page.close();
  });

  it("prints on two pages and an appendix: evidence open, what is folded away below it left out", async () => {
    const page = await open(DESK);
    await page.emulateMedia({ media: "print" });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.evaluate("document.querySelectorAll('details:not([open]):not(.more)').length")).toBe(0);
    expect(await page.locator("details.more").first().isVisible()).toBe(false);
    const whole = await pagesOf(page);
    await page.evaluate(
      "document.querySelector('.evidence').remove(); document.querySelector('footer').remove()",
    );
    expect(await pagesOf(page)).toBe(2);
    expect(whole).toBeGreaterThan(2);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await page.evaluate("document.querySelectorAll('details[open]').length")).toBe(0);
    await page.close();
  });
});

const pagesOf = async (page: Page): Promise<number> =>
  (await page.pdf({ format: "A4" })).toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g)!.length;

/** Colours of the charts' texts, and of the page that they stand on. */
const CHART_COLOURS = `(() => {
  const fills = [...document.querySelectorAll("figure svg text")].map((text) => getComputedStyle(text).fill);
  return [[...new Set(fills)], [getComputedStyle(document.body).backgroundColor]];
})()`;

const rgb = (text: string): number[] =>
  text
    .match(/[\d.]+/g)!
    .slice(0, 3)
    .map(Number);

/** The ratio of WCAG 2.2. */
function contrast(a: number[], b: number[]): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(channels: number[]): number {
  const [r, g, b] = channels.map((c) =>
    c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
