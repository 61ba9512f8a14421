/** Renders that a report shows on its first screen, so that a reader sees what was learned from. */
import { type Html, html } from "./html.js";

/** JPEG files of a class's renders. */
export interface RenderSamples {
  class: string;
  pictures: readonly Uint8Array[];
}

/** A row of renders a class; nothing where none are at hand. */
export function samplesPart(samples: readonly RenderSamples[]): Html | false {
  return (
    samples.length > 0 &&
    html`<div class="samples">${samples.map(
      ({ class: name, pictures }) => html`<figure>
<figcaption>Renders: ${name}</figcaption>
<div class="strip">${pictures.map((file, i) => html`<img src="${dataUrl(file)}" alt="Render ${i + 1} of ${name}" width="160" height="160">`)}</div>
</figure>`,
    )}</div>`
  );
}

/** A JPEG as text that a page may hold. */
export const dataUrl = (file: Uint8Array): string =>
  `data:image/jpeg;base64,${Buffer.from(file).toString("base64")}`;
