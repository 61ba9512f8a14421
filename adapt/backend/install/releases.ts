/**
 * Where TensorFlow's library comes from: wheels of the Python package index, each with its hash. They hold the C
 * interface that the addon is built against, and need no Python once unpacked.
 */
import { invalid, note } from "../../../src/shared/errors.js";

export type Variant = "cpu" | "gpu";

export interface Wheel {
  package: string;
  version: string;
  sha256: string;
  bytes: number;
}

export interface Release {
  variant: Variant;
  /** Of TensorFlow. */
  version: string;
  /** The wheel of TensorFlow, and after it those of CUDA. */
  wheels: readonly Wheel[];
  /** As pip names platforms. */
  platforms: readonly string[];
  /** What stays on the disk. */
  keptBytes: number;
}

/** Where an own libtensorflow is looked for: a folder with `lib` and `include`. */
export const OWN_LIBRARY = "ANTBEE_LIBTENSORFLOW";

const MIB = 2 ** 20;
const VERSION = "2.15.1";
const X64 = ["manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux1_x86_64"];
const ARM64 = ["manylinux_2_17_aarch64", "manylinux2014_aarch64"];

const tensorflow = (name: string, bytes: number, sha256: string): Wheel => ({
  package: name,
  version: VERSION,
  bytes,
  sha256,
});

const cuda = (name: string, version: string, bytes: number, sha256: string): Wheel => ({
  package: `nvidia-${name}-cu12`,
  version,
  bytes,
  sha256,
});

/** CUDA 12.2 and cuDNN 8.9 as TensorFlow asks for them, less what it opens for several devices or for XLA alone. */
const CUDA = [
  cuda("cublas", "12.2.5.6", 417825305, "f448d8db463f9a2c7dd9a1e607c0961d3e95f825b86839c5882f7d073d406df0"),
  cuda(
    "cuda-cupti",
    "12.2.142",
    13900552,
    "ce68d1009dd14215e38ed49643d31374c71d6fea381181cb0b9da7f19dfd1624",
  ),
  cuda(
    "cuda-nvrtc",
    "12.2.140",
    23430053,
    "b1cdcae6443cb7cdcfb5d1bf51896a148c9f82f9e65b27db9ab095eaed689aa7",
  ),
  cuda(
    "cuda-runtime",
    "12.2.140",
    845802,
    "acb9cb7e44594a3512533497ea790d9f0b0e399abcc888584c157d1ffa080e41",
  ),
  cuda("cudnn", "8.9.4.25", 720096787, "9f882d5b11753c566fd32427839089eb4f8ba7a58c28446ad359e32c40229723"),
  cuda("cufft", "11.0.8.103", 98570970, "72e961e578f9be9e316ccb4db8652c421dd0b57442624faa71061d452f449a67"),
  cuda(
    "cusolver",
    "11.5.2.141",
    124890758,
    "5a85c4653ce34339a5688137f494a0f903e0f0532418550998167f00844161da",
  ),
  cuda(
    "cusparse",
    "12.1.2.141",
    195268625,
    "4e13d6a51d2303dcb2a023ba09546811161f0334fc64e13689397bbd3b1eb126",
  ),
  cuda("nvjitlink", "12.2.140", 20177273, "95635cafbf9f96c38bea5200ab145a2e6aefbb5405e0b04c1e4ba54df2d84ec9"),
] as const;

const RELEASES: Record<string, Release> = {
  "linux-x64-cpu": {
    variant: "cpu",
    version: VERSION,
    platforms: X64,
    keptBytes: 600 * MIB,
    wheels: [
      tensorflow(
        "tensorflow_cpu",
        207165286,
        "ba9503db2c5357ea21938555323581fbdabf3d051b6bc1b5f73c5b0ae034d077",
      ),
    ],
  },
  "linux-x64-gpu": {
    variant: "gpu",
    version: VERSION,
    platforms: X64,
    keptBytes: 3476 * MIB,
    wheels: [
      tensorflow("tensorflow", 475215357, "ea290e435464cf0794f657b48786e5fa413362abe55ed771c172c25980d070ce"),
      ...CUDA,
    ],
  },
  "linux-arm64-cpu": {
    variant: "cpu",
    version: VERSION,
    platforms: ARM64,
    keptBytes: 676 * MIB,
    wheels: [
      tensorflow(
        "tensorflow_cpu_aws",
        211831219,
        "c781d95cb8c58d47cb012b7b4e77b2f3e8d4d47b45926bc54976506fa0c037cc",
      ),
    ],
  },
};

/** @throws bad input where no wheel holds the library for this machine */
export function releaseFor(variant: Variant, { platform, arch, glibc }: Machine = thisMachine()): Release {
  const release = RELEASES[`${platform}-${arch}-${variant}`];
  if (release && glibc) return release;
  const found = `${platform} on ${arch}${platform === "linux" && !glibc ? " without glibc" : ""}`;
  const wanted = variant === "gpu" ? "Linux on x64" : "Linux on x64 or arm64";
  throw invalid(
    "antbee backend install",
    `${wanted}, with glibc, or a libtensorflow of your own that ${OWN_LIBRARY} names`,
    note(found),
  );
}

export interface Machine {
  platform: string;
  arch: string;
  glibc: boolean;
}

export function thisMachine(): Machine {
  const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return { platform: process.platform, arch: process.arch, glibc: Boolean(header.glibcVersionRuntime) };
}
