import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { compareArms } from "../../../eval/comparison/compare.js";
import { writeIndex } from "../../../eval/report/reports-index.js";
import { verdict } from "../../../eval/report/verdict.js";
import { temporaryFolder } from "../../support.js";
import { madeUpInput } from "../made-up.js";
import { ablation } from "../made-up-ablation.js";

const comparison = compareArms(madeUpInput([0, 1], { preview: true }));

async function folderOf(name: string): Promise<string> {
  const folder = join(await temporaryFolder(), name);
  for (const [report, value] of Object.entries({
    first: comparison,
    second: ablation,
    third: { schema: 9 },
  })) {
    await mkdir(join(folder, report), { recursive: true });
    await writeFile(join(folder, report, "report.json"), JSON.stringify(value));
  }
  return folder;
}

describe("the list of reports", () => {
  it("has a link and the verdict of every report beside the one that was written", async () => {
    const folder = await folderOf("reports");
    await writeIndex(join(folder, "first"));
    const { document } = parseHTML(await readFile(join(folder, "index.html"), "utf8"));
    const links = Array.from(document.querySelectorAll("#reports a"), (a) => a.getAttribute("href"));
    expect(links).toEqual(["first/index.html", "second/index.html"]);
    const [first, second] = Array.from(document.querySelectorAll("#reports li"), (li) => li.textContent!);
    expect(first).toContain(verdict(comparison));
    expect(first).toContain("Preview");
    expect(second).toContain(ablation.headline);
  });

  it("is not written elsewhere, nor over a page of one's own", async () => {
    const other = await folderOf("results");
    await writeIndex(join(other, "first"));
    expect(existsSync(join(other, "index.html"))).toBe(false);
    const folder = await folderOf("reports");
    await writeFile(join(folder, "index.html"), "my own page");
    await writeIndex(join(folder, "first"));
    expect(await readFile(join(folder, "index.html"), "utf8")).toBe("my own page");
  });
});
