/**
 * Workers of six ant genera. Lengths are in units of the mesosoma's (Weber's) length, apart from `bodyLength`, after
 * the ratios that the genera's revisions give (head width and length, scape, femur; AntWeb, Bolton 1994).
 */
import type { Rgb } from "../../geometry/colour.js";
import { hex } from "../../geometry/colour.js";

export interface AntShape {
  /** Millimetres, mandibles and antennae not counted. */
  bodyLength: number;
  headLength: number;
  headWidth: number;
  headHeight: number;
  /** Exponent of the head's outline: 2 is an ellipse, more is squarer. */
  headSquareness: number;
  /** Width in front relative to behind. */
  headTaper: number;
  eyeSize: number;
  mandible: number;
  scape: number;
  funiculus: number;
  antennaThickness: number;
  mesosomaWidth: number;
  mesosomaHeight: number;
  /** Depth of the constriction before the propodeum. */
  waist: number;
  petioleLength: number;
  nodeHeight: number;
  gasterLength: number;
  gasterWidth: number;
  gasterHeight: number;
  femur: number;
  tibia: number;
  tarsus: number;
  legThickness: number;
  /** Length of the spines on the mesosoma. */
  spines: number;
}

export interface AntPreset {
  shape: AntShape;
  /** Petiole, or petiole and postpetiole. */
  nodes: 1 | 2;
  colours: { head: Rgb; mesosoma: Rgb; gaster: Rgb; limbs: Rgb };
  /** 0 matte to 1 polished. */
  gloss: number;
  /** Standing hairs. */
  hairs: number;
}

export const ANT_PRESETS = {
  lasius: {
    shape: {
      bodyLength: 4.2,
      headLength: 0.78,
      headWidth: 0.74,
      headHeight: 0.52,
      headSquareness: 2.3,
      headTaper: 0.82,
      eyeSize: 0.17,
      mandible: 0.26,
      scape: 0.76,
      funiculus: 1.05,
      antennaThickness: 0.07,
      mesosomaWidth: 0.5,
      mesosomaHeight: 0.5,
      waist: 0.22,
      petioleLength: 0.26,
      nodeHeight: 0.36,
      gasterLength: 1.35,
      gasterWidth: 0.98,
      gasterHeight: 0.86,
      femur: 0.8,
      tibia: 0.7,
      tarsus: 0.62,
      legThickness: 0.11,
      spines: 0,
    },
    nodes: 1,
    colours: { head: hex(0x2a1c14), mesosoma: hex(0x33221a), gaster: hex(0x1e1611), limbs: hex(0x4d3526) },
    gloss: 0.55,
    hairs: 0.7,
  },
  formica: {
    shape: {
      bodyLength: 7,
      headLength: 0.76,
      headWidth: 0.72,
      headHeight: 0.5,
      headSquareness: 2.4,
      headTaper: 0.76,
      eyeSize: 0.2,
      mandible: 0.3,
      scape: 0.74,
      funiculus: 1.05,
      antennaThickness: 0.06,
      mesosomaWidth: 0.46,
      mesosomaHeight: 0.48,
      waist: 0.4,
      petioleLength: 0.24,
      nodeHeight: 0.46,
      gasterLength: 1.15,
      gasterWidth: 0.86,
      gasterHeight: 0.78,
      femur: 1.02,
      tibia: 0.9,
      tarsus: 0.86,
      legThickness: 0.1,
      spines: 0,
    },
    nodes: 1,
    colours: { head: hex(0x5c1f10), mesosoma: hex(0x8a3214), gaster: hex(0x17110f), limbs: hex(0x4a1f12) },
    gloss: 0.4,
    hairs: 0.4,
  },
  camponotus: {
    shape: {
      bodyLength: 11,
      headLength: 0.84,
      headWidth: 0.82,
      headHeight: 0.58,
      headSquareness: 2.6,
      headTaper: 0.72,
      eyeSize: 0.15,
      mandible: 0.3,
      scape: 0.78,
      funiculus: 1.05,
      antennaThickness: 0.055,
      mesosomaWidth: 0.46,
      mesosomaHeight: 0.56,
      waist: 0.05,
      petioleLength: 0.2,
      nodeHeight: 0.42,
      gasterLength: 1.3,
      gasterWidth: 0.84,
      gasterHeight: 0.78,
      femur: 0.98,
      tibia: 0.88,
      tarsus: 0.84,
      legThickness: 0.1,
      spines: 0,
    },
    nodes: 1,
    colours: { head: hex(0x120f0e), mesosoma: hex(0x15100e), gaster: hex(0x100e0e), limbs: hex(0x241713) },
    gloss: 0.75,
    hairs: 0.9,
  },
  oecophylla: {
    shape: {
      bodyLength: 8,
      headLength: 0.6,
      headWidth: 0.54,
      headHeight: 0.42,
      headSquareness: 2.1,
      headTaper: 0.7,
      eyeSize: 0.24,
      mandible: 0.32,
      scape: 1.02,
      funiculus: 1.2,
      antennaThickness: 0.045,
      mesosomaWidth: 0.32,
      mesosomaHeight: 0.38,
      waist: 0.55,
      petioleLength: 0.42,
      nodeHeight: 0.2,
      gasterLength: 0.78,
      gasterWidth: 0.54,
      gasterHeight: 0.52,
      femur: 1.32,
      tibia: 1.18,
      tarsus: 0.98,
      legThickness: 0.07,
      spines: 0,
    },
    nodes: 1,
    colours: { head: hex(0xb4551b), mesosoma: hex(0xbd5c1f), gaster: hex(0x9c4a1a), limbs: hex(0xb96026) },
    gloss: 0.45,
    hairs: 0.15,
  },
  atta: {
    shape: {
      bodyLength: 8.5,
      headLength: 0.86,
      headWidth: 0.98,
      headHeight: 0.62,
      headSquareness: 2.3,
      headTaper: 0.64,
      eyeSize: 0.11,
      mandible: 0.42,
      scape: 0.9,
      funiculus: 0.95,
      antennaThickness: 0.06,
      mesosomaWidth: 0.48,
      mesosomaHeight: 0.5,
      waist: 0.4,
      petioleLength: 0.5,
      nodeHeight: 0.26,
      gasterLength: 0.76,
      gasterWidth: 0.66,
      gasterHeight: 0.6,
      femur: 1.3,
      tibia: 1.08,
      tarsus: 0.92,
      legThickness: 0.095,
      spines: 0.26,
    },
    nodes: 2,
    colours: { head: hex(0x6b2c14), mesosoma: hex(0x642a15), gaster: hex(0x5a2816), limbs: hex(0x6a3219) },
    gloss: 0.2,
    hairs: 0.6,
  },
  pogonomyrmex: {
    shape: {
      bodyLength: 8,
      headLength: 0.8,
      headWidth: 0.84,
      headHeight: 0.58,
      headSquareness: 3.2,
      headTaper: 0.9,
      eyeSize: 0.16,
      mandible: 0.36,
      scape: 0.62,
      funiculus: 0.86,
      antennaThickness: 0.07,
      mesosomaWidth: 0.5,
      mesosomaHeight: 0.52,
      waist: 0.18,
      petioleLength: 0.62,
      nodeHeight: 0.34,
      gasterLength: 1.0,
      gasterWidth: 0.8,
      gasterHeight: 0.72,
      femur: 0.96,
      tibia: 0.78,
      tarsus: 0.8,
      legThickness: 0.11,
      spines: 0.1,
    },
    nodes: 2,
    colours: { head: hex(0x86301a), mesosoma: hex(0x8d351c), gaster: hex(0x7a2a17), limbs: hex(0x84351e) },
    gloss: 0.35,
    hairs: 0.8,
  },
} satisfies Record<string, AntPreset>;
export type AntPresetName = keyof typeof ANT_PRESETS;
