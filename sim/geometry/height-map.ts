/** Height of a surface over a point of its plane; both in the same unit, millimetres in the world. */
export type HeightMap = (x: number, y: number) => number;
