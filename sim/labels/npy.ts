/** NumPy's array files, version 1.0 (numpy.org/doc/stable/reference/generated/numpy.lib.format.html). */
import { endianness } from "node:os";

const MAGIC = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
/** Data begin at a multiple of this. */
const ALIGNMENT = 64;

/** Float32 values in C order. */
export function encodeNpy(values: Float32Array, shape: readonly number[]): Buffer {
  const order = endianness() === "LE" ? "<" : ">";
  const said = `{'descr': '${order}f4', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  const bare = MAGIC.length + 2 + said.length + 1;
  const header = `${said}${" ".repeat((ALIGNMENT - (bare % ALIGNMENT)) % ALIGNMENT)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  const data = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return Buffer.concat([MAGIC, length, Buffer.from(header, "latin1"), data]);
}
