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
const DESK = { width: 1280, height: 900 };

const picture = () =>
  sharp({ create: { width: 64, height: 64, channels: 3, background: "#a63" } })
    .jpeg()
    .toBuffer();

describe.skipIf(!CHROMIUM)("the report in chromium", () => {
  let browser: Browser;
  /** Of a report's page and of an ablation's. */
  const urls = { report: "", ablation: "" };
  const complaints: string[] = [];

  beforeAll(async () => {
    const folder = await lastingFolder();
    const comparison = compareArms(madeUpRichInput());
    const [first] = comparison.gallery;
    const pictures = new Map([[pictureKey(first!), await picture()]]);
    await writeReport(comparison, folder, { pictures });
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

  it("shows the headline and the number of cautions on a phone's first screen", async () => {
    const page = await open(PHONE);
    const bottom = await page.evaluate("document.querySelector('.headline').getBoundingClientRect().bottom");
    expect(bottom).toBeLessThan(PHONE.height);
    await page.close();
  });

  it("sorts a table up and down by its column head, from the keyboard", async () => {
    const page = await open(DESK);
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
    ["ablation", "light", PHONE],
    ["ablation", "dark", DESK],
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

  it("prints with every table open", async () => {
    const page = await open(DESK);
    const closed = "document.querySelectorAll('details:not([open])').length";
    expect(await page.evaluate(closed)).toBeGreaterThan(0);
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.evaluate(closed)).toBe(0);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await page.evaluate(closed)).toBeGreaterThan(0);
    await page.close();
  });
});
