/** One chart of a statistics picture, in plain SVG. */

/** Okabe and Ito's palette, which stays apart for colour-blind readers. */
export const SERIES_COLOURS = ["#b85000", "#0072b2", "#00785a", "#cc79a7", "#767676"] as const;

type Shape = "circle" | "triangle" | "square" | "diamond";

/** Shape says the same as colour. */
export const SERIES_SHAPES: readonly { shape: Shape; sign: string }[] = [
  { shape: "circle", sign: "○" },
  { shape: "triangle", sign: "△" },
  { shape: "square", sign: "□" },
  { shape: "diamond", sign: "◇" },
];

/** From values to pixels. */
type Scale = (value: number) => number;

const TOP = 28;
const BOTTOM = 44;
const RIGHT = 28;
const TICKS = 5;
const FAINT = "#bbb";

export class Panel {
  private readonly drawn: string[] = [];
  private x: Scale = (value) => value;
  private y: Scale = (value) => value;

  /** @param left room for names of rows or an axis, in pixels */
  constructor(
    readonly width: number,
    readonly height: number,
    private readonly left: number,
    title: string,
  ) {
    this.text(title, left, 16, "start");
  }

  xAxis([from, to]: readonly [number, number], label: string): void {
    const [first, last, foot] = [this.left, this.width - RIGHT, this.height - BOTTOM];
    this.x = (value) => first + ((value - from) / (to - from)) * (last - first);
    this.line(first, foot, last, foot, FAINT);
    for (const tick of ticks(from, to)) this.text(String(tick), this.x(tick), foot + 16, "middle");
    this.text(label, (first + last) / 2, foot + 34, "middle");
  }

  /** @param range from the bottom to the top */
  yAxis([from, to]: readonly [number, number]): void {
    const [foot, head] = [this.height - BOTTOM, TOP];
    this.y = (value) => foot + ((value - from) / (to - from)) * (head - foot);
    this.line(this.left, head, this.left, foot, FAINT);
    for (const tick of ticks(from, to)) this.text(String(tick), this.left - 6, this.y(tick) + 4, "end");
  }

  rowName(name: string, y: number): void {
    this.text(name, this.left - 8, y + 4, "end");
  }

  /** A row's bar from 0, with its figure at the end. */
  bar(value: number, y: number, thickness: number, colour: string, figure: string): void {
    this.box(this.x(0), y - thickness / 2, this.x(value) - this.x(0), thickness, colour);
    this.text(figure, this.x(value) + 4, y + 4, "start");
  }

  /** A histogram's column. */
  column(from: number, to: number, value: number, colour: string): void {
    this.box(this.x(from), this.y(value), this.x(to) - this.x(from) - 1, this.y(0) - this.y(value), colour);
  }

  /** A row's line from its low to its high value, and a mark between. */
  interval(
    [low, middle, high]: readonly [number, number, number],
    y: number,
    colour: string,
    shape: Shape,
  ): void {
    this.line(this.x(low), y, this.x(high), y, colour);
    this.shape(this.x(middle), y, shape, colour, 4);
  }

  /** A point in the colour and shape of its series, counted from 0. */
  mark(x: number, y: number, series: number): void {
    const { shape } = SERIES_SHAPES[series % SERIES_SHAPES.length]!;
    this.shape(this.x(x), this.y(y), shape, SERIES_COLOURS[series % SERIES_COLOURS.length]!, 2.4);
  }

  svg(): string {
    return this.drawn.join("");
  }

  private shape(x: number, y: number, shape: Shape, colour: string, r: number): void {
    const look = `fill="none" stroke="${colour}" stroke-width="1.2"`;
    const corners: Record<Exclude<Shape, "circle">, [number, number][]> = {
      triangle: [
        [0, -r],
        [r, r],
        [-r, r],
      ],
      square: [
        [-r, -r],
        [r, -r],
        [r, r],
        [-r, r],
      ],
      diamond: [
        [0, -r],
        [r, 0],
        [0, r],
        [-r, 0],
      ],
    };
    if (shape === "circle") this.drawn.push(`<circle cx="${x}" cy="${y}" r="${r}" ${look}/>`);
    else {
      const points = corners[shape].map(([dx, dy]) => `${x + dx},${y + dy}`).join(" ");
      this.drawn.push(`<polygon points="${points}" ${look}/>`);
    }
  }

  private box(x: number, y: number, width: number, height: number, colour: string): void {
    this.drawn.push(
      `<rect x="${x}" y="${y}" width="${Math.max(0, width)}" height="${height}" fill="${colour}"/>`,
    );
  }

  private line(x1: number, y1: number, x2: number, y2: number, colour: string): void {
    this.drawn.push(
      `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}" stroke-width="1.5"/>`,
    );
  }

  private text(content: string, x: number, y: number, anchor: "start" | "middle" | "end"): void {
    this.drawn.push(`<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(content)}</text>`);
  }
}

/** Multiples of 1, 2 or 5 times a power of ten, about five of them, within both ends. */
export function ticks(from: number, to: number): number[] {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const rough = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough)!;
  const first = Math.ceil(low / step - SLACK);
  const count = Math.floor(high / step + SLACK) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(6)));
}

/** Ends that are multiples themselves must not be lost to rounding. */
const SLACK = 1e-9;

const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
