import { describe, expect, it } from "vitest";
import { html, trusted } from "../../../eval/report/html.js";

const EVIL = `<b title="x" class='y'>&`;
const ESCAPED = "&lt;b title=&quot;x&quot; class=&#39;y&#39;&gt;&amp;";

describe("html", () => {
  it("escapes text, between tags, in attributes and in lists", () => {
    expect(html`<p id="${EVIL}">${EVIL}${[EVIL, [EVIL]]}</p>`.markup).toBe(
      `<p id="${ESCAPED}">${ESCAPED}${ESCAPED}${ESCAPED}</p>`,
    );
  });

  it("leaves markup of its own and trusted markup as they are", () => {
    const inner = html`<b>${"<"}</b>`;
    expect(html`<p>${inner}${[inner]}${trusted("<i/>")}</p>`.markup).toBe(
      "<p><b>&lt;</b><b>&lt;</b><i/></p>",
    );
  });

  it("takes an object that only looks like markup for text", () => {
    const forged = { markup: "<script>" } as unknown as string;
    expect(html`${forged}`.markup).not.toContain("<script>");
  });

  it("shows 0, and nothing for what is absent", () => {
    expect(html`${0}|${null}|${undefined}|${false}|${""}|${[]}`.markup).toBe("0|||||");
  });
});
