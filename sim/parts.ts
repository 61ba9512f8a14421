/** Body parts of ants and bees: the levels of a part mask. A bee's waist is too narrow to have surface of its own. */
export const PARTS = ["head", "antennae", "thorax", "waist", "abdomen", "legs", "wings"] as const;
export type PartName = (typeof PARTS)[number];

/** From 1; 0 is everything that is no insect. */
export const partNumber = (name: PartName): number => PARTS.indexOf(name) + 1;
