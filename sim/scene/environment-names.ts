/** The CC0 environment maps of `@pmndrs/assets`, apart from their loader: scene files need only their names. */
export const ENVIRONMENTS = [
  "apartment",
  "bridge",
  "city",
  "dawn",
  "esplanade",
  "forest",
  "hall",
  "lab",
  "lobby",
  "night",
  "park",
  "sky",
  "studio",
  "sunrise",
  "sunset",
  "venice",
  "warehouse",
  "workshop",
] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];
