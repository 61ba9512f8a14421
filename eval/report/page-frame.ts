/** What every page is: one file that loads nothing, its style, and a script that sorts tables. */
import { type Html, html, trusted } from "./html.js";
import { SCRIPT } from "./page-script.js";
import { STYLE } from "./page-style.js";

/** A page before it has its frame. */
export interface PageParts {
  title: string;
  /** Anchor of the part that readers skip to. */
  figures: string;
  header: Html;
  main: Html;
  footer?: Html;
}

/** The page's bytes. */
export function pageFrame({ title, figures, header, main, footer }: PageParts): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>antbee: ${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#${figures}">Skip to the figures</a>
${header}
<main>
${main}
</main>
${footer}
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`.markup;
}
