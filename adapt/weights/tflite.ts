/**
 * The convolutions of a TensorFlow Lite model, in the order of its operators. A flatbuffer table is a vtable of field
 * offsets; field numbers are those of tensorflow/lite/schema/schema.fbs, schema version 3.
 */
import { invalid, note } from "../../src/shared/errors.js";
import { halfToFloat } from "./half.js";

/** Filter [out, h, w, in], or [1, h, w, channels] where depthwise, with the bias of its folded BatchNorm. */
export interface TfliteConvolution {
  depthwise: boolean;
  filterShape: number[];
  filter(): Float32Array;
  bias(): Float32Array;
}

const IDENTIFIER = "TFL3";
const OPERATOR = { conv: 3, depthwise: 4, dequantize: 6 } as const;
const FLOAT16 = 1;
/** Field numbers of the tables that are read. */
const MODEL = { operatorCodes: 1, subgraphs: 2, buffers: 4 } as const;
const OPERATOR_CODE = { deprecatedCode: 0, code: 3 } as const;
const SUBGRAPH = { tensors: 0, operators: 3 } as const;
const TENSOR = { shape: 0, type: 1, buffer: 2 } as const;
const OP = { code: 0, inputs: 1, outputs: 2 } as const;
const BUFFER = { data: 0 } as const;

interface Operator {
  code: number;
  inputs: number[];
  outputs: number[];
}

/** @throws bad input that names `where`, for bytes that are no TensorFlow Lite model or one cut short */
export function readTfliteConvolutions(where: string, bytes: Buffer): TfliteConvolution[] {
  if (bytes.toString("latin1", 4, 8) !== IDENTIFIER)
    throw invalid(where, "a TensorFlow Lite model", note("other bytes"));
  const whole = <T>(read: () => T): T => asWhole(where, read);
  return whole(() => convolutions(bytes)).map((operator) => ({
    ...operator,
    filter: () => whole(operator.filter),
    bias: () => whole(operator.bias),
  }));
}

/** An offset or index that leads out of the file, or to nothing in it. */
function asWhole<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError)
      throw invalid(where, "a whole TensorFlow Lite model", note("a damaged one"));
    throw error;
  }
}

function convolutions(bytes: Buffer): TfliteConvolution[] {
  const model = table(bytes, bytes.readUInt32LE(0));
  const codes = model
    .tables(MODEL.operatorCodes)
    .map((t) => t.int32(OPERATOR_CODE.code) || t.int8(OPERATOR_CODE.deprecatedCode));
  const buffers = model.tables(MODEL.buffers);
  const graph = model.tables(MODEL.subgraphs)[0]!;
  const tensors = graph.tables(SUBGRAPH.tensors);
  const operators = graph.tables(SUBGRAPH.operators).map(
    (t): Operator => ({
      code: codes[t.int32(OP.code)]!,
      inputs: t.int32s(OP.inputs),
      outputs: t.int32s(OP.outputs),
    }),
  );
  const dequantized = operators.filter((o) => o.code === OPERATOR.dequantize);
  const halfBehind = new Map(dequantized.map((o) => [o.outputs[0]!, o.inputs[0]!]));
  const values = (tensor: number) => tensorValues(tensors[halfBehind.get(tensor) ?? tensor]!, buffers);
  return operators
    .filter((o) => o.code === OPERATOR.conv || o.code === OPERATOR.depthwise)
    .map(({ code, inputs }) => ({
      depthwise: code === OPERATOR.depthwise,
      filterShape: tensors[inputs[1]!]!.int32s(TENSOR.shape),
      filter: () => values(inputs[1]!),
      bias: () => values(inputs[2]!),
    }));
}

function tensorValues(tensor: Table, buffers: Table[]): Float32Array {
  const raw = buffers[tensor.int32(TENSOR.buffer)]!.bytes(BUFFER.data);
  return tensor.int8(TENSOR.type) === FLOAT16
    ? halfToFloat(new Uint16Array(raw.buffer))
    : new Float32Array(raw.buffer);
}

/** Reads fields by number; absent ones read as 0 or empty. */
interface Table {
  int8(field: number): number;
  int32(field: number): number;
  int32s(field: number): number[];
  tables(field: number): Table[];
  /** A copy. */
  bytes(field: number): Uint8Array;
}

/** The flatbuffer table at a position. */
function table(buffer: Buffer, position: number): Table {
  const vtable = position - buffer.readInt32LE(position);
  const vtableSize = buffer.readUInt16LE(vtable);
  const field = (index: number): number => {
    const slot = 4 + 2 * index;
    const offset = slot < vtableSize ? buffer.readUInt16LE(vtable + slot) : 0;
    return offset && position + offset;
  };
  /** First element and length of a vector. */
  const vector = (index: number): [start: number, length: number] => {
    const at = field(index);
    const start = at && at + buffer.readUInt32LE(at);
    return at ? [start + 4, buffer.readUInt32LE(start)] : [0, 0];
  };
  const elements = <T>(index: number, read: (at: number) => T): T[] => {
    const [start, length] = vector(index);
    return Array.from({ length }, (_, i) => read(start + 4 * i));
  };
  return {
    int8: (index) => (field(index) ? buffer.readInt8(field(index)) : 0),
    int32: (index) => (field(index) ? buffer.readInt32LE(field(index)) : 0),
    int32s: (index) => elements(index, (at) => buffer.readInt32LE(at)),
    tables: (index) => elements(index, (at) => table(buffer, at + buffer.readUInt32LE(at))),
    bytes: (index) => {
      const [start, length] = vector(index);
      if (start + length > buffer.length) throw new RangeError("vector beyond the end");
      return new Uint8Array(buffer.subarray(start, start + length));
    },
  };
}
