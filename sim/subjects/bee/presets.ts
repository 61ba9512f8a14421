/**
 * Six bees. Lengths are in units of the thorax's length, apart from `bodyLength`; ratios after the genera's
 * descriptions and museum photographs (Michener 2007, The Bees of the World).
 */
import type { Rgb } from "../../geometry/colour.js";
import { hex } from "../../geometry/colour.js";

export interface BeeShape {
  /** Millimetres, without antennae and wings. */
  bodyLength: number;
  headLength: number;
  headWidth: number;
  headHeight: number;
  eyeSize: number;
  antenna: number;
  antennaThickness: number;
  thoraxWidth: number;
  thoraxHeight: number;
  abdomenLength: number;
  abdomenWidth: number;
  abdomenHeight: number;
  /** Where the abdomen is widest: 0 at its front, 1 at its tip. */
  abdomenWidest: number;
  forewing: number;
  /** Width relative to its length. */
  wingWidth: number;
  femur: number;
  tibia: number;
  tarsus: number;
  legThickness: number;
  /** Width of the hind tibia relative to the others: the pollen basket. */
  basket: number;
  thoraxFur: number;
  abdomenFur: number;
}

export interface BeePreset {
  shape: BeeShape;
  colours: { head: Rgb; thorax: Rgb; limbs: Rgb; eye: Rgb; wing: Rgb };
  /** Abdominal segments from the front: each tergite's cuticle, and the colour of the fur on it. */
  tergites: { cuticle: Rgb; rim: Rgb; fur: Rgb }[];
  thoraxFur: Rgb;
  faceFur: Rgb;
  pollen: Rgb;
  /** Opacity of the wing's membrane. */
  wingTint: number;
  gloss: number;
  /** Metallic sheen of the cuticle. */
  metal: number;
}

const tergites = (...rows: [cuticle: number, rim: number, fur: number][]) =>
  rows.map(([cuticle, rim, fur]) => ({ cuticle: hex(cuticle), rim: hex(rim), fur: hex(fur) }));

export const BEE_PRESETS = {
  honey: {
    shape: {
      bodyLength: 13,
      headLength: 0.46,
      headWidth: 0.94,
      headHeight: 0.94,
      eyeSize: 0.56,
      antenna: 1.05,
      antennaThickness: 0.075,
      thoraxWidth: 1,
      thoraxHeight: 0.98,
      abdomenLength: 1.72,
      abdomenWidth: 1.08,
      abdomenHeight: 0.98,
      abdomenWidest: 0.36,
      forewing: 2.25,
      wingWidth: 0.34,
      femur: 0.66,
      tibia: 0.74,
      tarsus: 0.66,
      legThickness: 0.13,
      basket: 1.9,
      thoraxFur: 0.2,
      abdomenFur: 0.07,
    },
    colours: {
      head: hex(0x241a12),
      thorax: hex(0x2a2018),
      limbs: hex(0x2b1c12),
      eye: hex(0x140f0c),
      wing: hex(0xb09a78),
    },
    tergites: tergites(
      [0xa8651f, 0x3a210f, 0xc49a5a],
      [0xb06a22, 0x2a190e, 0xb98f52],
      [0x9c5a1e, 0x20140c, 0xae854c],
      [0x4a2c14, 0x1a110b, 0xa07a48],
      [0x2c1c10, 0x140d09, 0x6d5434],
      [0x1d140d, 0x120c08, 0x4a3a26],
    ),
    thoraxFur: hex(0xa87c45),
    faceFur: hex(0xa58a5c),
    pollen: hex(0xd99a1c),
    wingTint: 0.14,
    gloss: 0.5,
    metal: 0,
  },
  bumble: {
    shape: {
      bodyLength: 18,
      headLength: 0.46,
      headWidth: 0.74,
      headHeight: 0.86,
      eyeSize: 0.5,
      antenna: 0.9,
      antennaThickness: 0.065,
      thoraxWidth: 1.16,
      thoraxHeight: 1.08,
      abdomenLength: 1.5,
      abdomenWidth: 1.34,
      abdomenHeight: 1.16,
      abdomenWidest: 0.42,
      forewing: 2.05,
      wingWidth: 0.34,
      femur: 0.66,
      tibia: 0.72,
      tarsus: 0.6,
      legThickness: 0.15,
      basket: 1.9,
      thoraxFur: 0.3,
      abdomenFur: 0.26,
    },
    colours: {
      head: hex(0x12100e),
      thorax: hex(0x151210),
      limbs: hex(0x16110e),
      eye: hex(0x120e0c),
      wing: hex(0x8f7d62),
    },
    tergites: tergites(
      [0x15110e, 0x100d0b, 0x1c1612],
      [0x17130f, 0x100d0b, 0xd8a51f],
      [0x14110e, 0x0e0c0a, 0x15110e],
      [0x14110e, 0x0e0c0a, 0x15110e],
      [0x16130f, 0x0e0c0a, 0xcfc4ac],
      [0x16130f, 0x0e0c0a, 0xd8cfba],
    ),
    thoraxFur: hex(0xc9981f),
    faceFur: hex(0x1d1813),
    pollen: hex(0xd8831c),
    wingTint: 0.2,
    gloss: 0.35,
    metal: 0,
  },
  carpenter: {
    shape: {
      bodyLength: 22,
      headLength: 0.46,
      headWidth: 0.92,
      headHeight: 0.8,
      eyeSize: 0.56,
      antenna: 0.82,
      antennaThickness: 0.06,
      thoraxWidth: 1.12,
      thoraxHeight: 1,
      abdomenLength: 1.5,
      abdomenWidth: 1.3,
      abdomenHeight: 0.86,
      abdomenWidest: 0.5,
      forewing: 2.35,
      wingWidth: 0.32,
      femur: 0.6,
      tibia: 0.66,
      tarsus: 0.62,
      legThickness: 0.16,
      basket: 1.2,
      thoraxFur: 0.2,
      abdomenFur: 0.03,
    },
    colours: {
      head: hex(0x0d0c0e),
      thorax: hex(0x0e0d0f),
      limbs: hex(0x0e0c0d),
      eye: hex(0x1a1512),
      wing: hex(0x2c2230),
    },
    tergites: tergites(
      [0x101014, 0x0a0a0c, 0x17140f],
      [0x0e0f15, 0x0a0a0c, 0x121014],
      [0x0d0e15, 0x0a0a0c, 0x121014],
      [0x0d0e14, 0x0a0a0c, 0x121014],
      [0x0d0e14, 0x0a0a0c, 0x121014],
      [0x0d0d12, 0x0a0a0c, 0x121014],
    ),
    thoraxFur: hex(0xb0924a),
    faceFur: hex(0x17130f),
    pollen: hex(0xcfa63c),
    wingTint: 0.5,
    gloss: 0.9,
    metal: 0.25,
  },
  mason: {
    shape: {
      bodyLength: 11,
      headLength: 0.52,
      headWidth: 1.0,
      headHeight: 0.92,
      eyeSize: 0.5,
      antenna: 0.96,
      antennaThickness: 0.07,
      thoraxWidth: 1.06,
      thoraxHeight: 0.98,
      abdomenLength: 1.22,
      abdomenWidth: 1.12,
      abdomenHeight: 0.98,
      abdomenWidest: 0.5,
      forewing: 1.95,
      wingWidth: 0.34,
      femur: 0.58,
      tibia: 0.6,
      tarsus: 0.52,
      legThickness: 0.13,
      basket: 1.1,
      thoraxFur: 0.28,
      abdomenFur: 0.2,
    },
    colours: {
      head: hex(0x151311),
      thorax: hex(0x1a1512),
      limbs: hex(0x191310),
      eye: hex(0x14110f),
      wing: hex(0xa8977c),
    },
    tergites: tergites(
      [0x3a1f10, 0x22130b, 0xb5601f],
      [0x3a1f10, 0x22130b, 0xb8651f],
      [0x33200f, 0x22130b, 0xa95c20],
      [0x281a10, 0x1a110b, 0x8c4c1d],
      [0x1f150e, 0x140d09, 0x5d361a],
      [0x1a130d, 0x120c08, 0x3f2816],
    ),
    thoraxFur: hex(0xa8672b),
    faceFur: hex(0x5b4a36),
    pollen: hex(0xe0b53a),
    wingTint: 0.14,
    gloss: 0.4,
    metal: 0.1,
  },
  leafcutter: {
    shape: {
      bodyLength: 12,
      headLength: 0.6,
      headWidth: 1.04,
      headHeight: 0.96,
      eyeSize: 0.48,
      antenna: 0.9,
      antennaThickness: 0.07,
      thoraxWidth: 1.04,
      thoraxHeight: 0.92,
      abdomenLength: 1.62,
      abdomenWidth: 1.02,
      abdomenHeight: 0.68,
      abdomenWidest: 0.26,
      forewing: 2.0,
      wingWidth: 0.32,
      femur: 0.56,
      tibia: 0.58,
      tarsus: 0.52,
      legThickness: 0.14,
      basket: 1.0,
      thoraxFur: 0.16,
      abdomenFur: 0.06,
    },
    colours: {
      head: hex(0x171412),
      thorax: hex(0x1b1714),
      limbs: hex(0x1a1411),
      eye: hex(0x1e2420),
      wing: hex(0xa0927a),
    },
    tergites: tergites(
      [0x1c1815, 0xb8a880, 0xa8946a],
      [0x1b1714, 0xbcae88, 0x8f7f5c],
      [0x1a1613, 0xbcae88, 0x7f7050],
      [0x191512, 0xb8aa84, 0x6d6148],
      [0x181411, 0xa89a78, 0x5a5040],
      [0x171310, 0x3a342a, 0x3a342a],
    ),
    thoraxFur: hex(0x8f7c58),
    faceFur: hex(0xb5a582),
    pollen: hex(0xd98a24),
    wingTint: 0.15,
    gloss: 0.45,
    metal: 0,
  },
  sweat: {
    shape: {
      bodyLength: 8.5,
      headLength: 0.5,
      headWidth: 0.84,
      headHeight: 0.86,
      eyeSize: 0.5,
      antenna: 1.3,
      antennaThickness: 0.06,
      thoraxWidth: 0.82,
      thoraxHeight: 0.8,
      abdomenLength: 1.6,
      abdomenWidth: 0.78,
      abdomenHeight: 0.66,
      abdomenWidest: 0.4,
      forewing: 1.95,
      wingWidth: 0.3,
      femur: 0.62,
      tibia: 0.62,
      tarsus: 0.62,
      legThickness: 0.1,
      basket: 1.2,
      thoraxFur: 0.08,
      abdomenFur: 0.05,
    },
    colours: {
      head: hex(0x1d5a2c),
      thorax: hex(0x1f6a34),
      limbs: hex(0x57421f),
      eye: hex(0x1d1712),
      wing: hex(0xb5a488),
    },
    tergites: tergites(
      [0x236b38, 0x173a20, 0x8f9a6a],
      [0x23613a, 0x14331d, 0x8a9468],
      [0x20583a, 0x132f1c, 0x7d8660],
      [0x1d5036, 0x122b1b, 0x747b58],
      [0x1b4832, 0x11281a, 0x6a7050],
      [0x193f2c, 0x0f2417, 0x5a6044],
    ),
    thoraxFur: hex(0x9aa070),
    faceFur: hex(0xa8a884),
    pollen: hex(0xe6c23c),
    wingTint: 0.12,
    gloss: 0.7,
    metal: 0.8,
  },
} satisfies Record<string, BeePreset>;
export type BeePresetName = keyof typeof BEE_PRESETS;
