/**
 * A restricted unpickler: it builds lists, dicts, numbers, text, and what the given globals make. It imports nothing
 * and calls nothing else; any other global is refused by its name. Python's Lib/pickletools.py describes the opcodes.
 */
import { invalid, note } from "../../src/shared/errors.js";

/** Python's dicts are Maps, its lists and tuples arrays, its integers numbers where those hold them, else bigints. */
export type PickleValue = unknown;

export interface PickleRules {
  /** What a callable global makes of its arguments, by "module.name". */
  globals: Readonly<Record<string, (...args: PickleValue[]) => PickleValue>>;
  /** What a persistent id stands for. */
  persistent?: (id: PickleValue) => PickleValue;
}

/** Reads one pickle. @returns its value, and where it ends. @throws bad input for anything but data */
export function unpickle(path: string, bytes: Buffer, start: number, rules: PickleRules) {
  const machine: Machine = { path, bytes, at: start, stack: [], marks: [], memo: new Map(), rules };
  for (;;) {
    const code = take(machine, 1)[0]!;
    if (code === STOP) return { value: machine.stack.pop(), end: machine.at };
    const run = OPCODES[code];
    if (!run) throw invalid(path, "a pickle of data", note(`opcode 0x${code.toString(16)} in it`));
    run(machine);
  }
}

interface Machine {
  path: string;
  bytes: Buffer;
  at: number;
  stack: PickleValue[];
  /** Heights of the stack at which a MARK lies. */
  marks: number[];
  memo: Map<number, PickleValue>;
  rules: PickleRules;
}

type Callable = PickleRules["globals"][string];

const STOP = 0x2e;
/** Bytes of an integer; files of tensors hold no longer ones, and time grows with the square. */
const MOST_DIGITS = 1024;

const OPCODES: Record<number, (m: Machine) => void> = {
  128: (m) => void take(m, 1), // PROTO
  149: (m) => void take(m, 8), // FRAME
  // Constants
  78: (m) => push(m, null), // NONE
  136: (m) => push(m, true), // NEWTRUE
  137: (m) => push(m, false), // NEWFALSE
  74: (m) => push(m, take(m, 4).readInt32LE()), // BININT
  75: (m) => push(m, take(m, 1)[0]), // BININT1
  77: (m) => push(m, take(m, 2).readUInt16LE()), // BININT2
  71: (m) => push(m, take(m, 8).readDoubleBE()), // BINFLOAT
  138: (m) => push(m, integer(take(m, byte(m)))), // LONG1
  139: (m) => push(m, integer(take(m, digits(m)))), // LONG4
  88: (m) => push(m, take(m, uint32(m)).toString("utf8")), // BINUNICODE
  140: (m) => push(m, take(m, byte(m)).toString("utf8")), // SHORT_BINUNICODE
  84: (m) => push(m, take(m, uint32(m)).toString("latin1")), // BINSTRING
  85: (m) => push(m, take(m, byte(m)).toString("latin1")), // SHORT_BINSTRING
  // Tuples and lists
  40: (m) => void m.marks.push(m.stack.length), // MARK
  41: (m) => push(m, []), // EMPTY_TUPLE
  116: (m) => push(m, toMark(m)), // TUPLE
  133: (m) => push(m, pop(m, 1)), // TUPLE1
  134: (m) => push(m, pop(m, 2)), // TUPLE2
  135: (m) => push(m, pop(m, 3)), // TUPLE3
  93: (m) => push(m, []), // EMPTY_LIST
  97: (m) => append(m, pop(m, 1)), // APPEND
  101: (m) => append(m, toMark(m)), // APPENDS
  // Dicts
  125: (m) => push(m, new Map()), // EMPTY_DICT
  115: (m) => setItems(m, pop(m, 2)), // SETITEM
  117: (m) => setItems(m, toMark(m)), // SETITEMS
  // The memo
  113: (m) => void m.memo.set(byte(m), top(m)), // BINPUT
  114: (m) => void m.memo.set(uint32(m), top(m)), // LONG_BINPUT
  148: (m) => void m.memo.set(m.memo.size, top(m)), // MEMOIZE
  104: (m) => push(m, recall(m, byte(m))), // BINGET
  106: (m) => push(m, recall(m, uint32(m))), // LONG_BINGET
  // What the rules make
  99: (m) => push(m, global(m, line(m), line(m))), // GLOBAL
  147: (m) => push(m, global(m, ...pop(m, 2))), // STACK_GLOBAL
  82: reduce, // REDUCE
  98: build, // BUILD
  81: (m) => push(m, persistent(m, pop(m, 1)[0])), // BINPERSID
};

const push = (m: Machine, value: PickleValue): void => void m.stack.push(value);
function digits(m: Machine): number {
  const length = uint32(m);
  if (length > MOST_DIGITS) throw malformed(m);
  return length;
}

const byte = (m: Machine): number => take(m, 1)[0]!;
const uint32 = (m: Machine): number => take(m, 4).readUInt32LE();

function take(m: Machine, length: number): Buffer {
  const end = m.at + length;
  if (end > m.bytes.length)
    throw invalid(m.path, "a whole pickle", note(`a file cut short at byte ${m.bytes.length}`));
  const taken = m.bytes.subarray(m.at, end);
  m.at = end;
  return taken;
}

function line(m: Machine): string {
  const end = m.bytes.indexOf(10, m.at);
  if (end < 0) throw invalid(m.path, "a whole pickle", note("a name without an end"));
  return take(m, end + 1 - m.at)
    .toString("utf8")
    .slice(0, -1);
}

function pop(m: Machine, count: number): PickleValue[] {
  if (m.stack.length < count) throw malformed(m);
  return m.stack.splice(m.stack.length - count);
}

function top(m: Machine): PickleValue {
  if (m.stack.length === 0) throw malformed(m);
  return m.stack.at(-1);
}

function toMark(m: Machine): PickleValue[] {
  const mark = m.marks.pop();
  if (mark === undefined) throw malformed(m);
  return m.stack.splice(mark);
}

function append(m: Machine, items: PickleValue[]): void {
  const list = top(m);
  if (!Array.isArray(list)) throw malformed(m);
  for (const item of items) list.push(item);
}

function setItems(m: Machine, items: PickleValue[]): void {
  const dict = top(m);
  if (!(dict instanceof Map)) throw malformed(m);
  for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
}

function recall(m: Machine, index: number): PickleValue {
  if (!m.memo.has(index)) throw malformed(m);
  return m.memo.get(index);
}

function global(m: Machine, ...[module, name]: PickleValue[]): Callable {
  if (typeof module !== "string" || typeof name !== "string") throw malformed(m);
  const known = `${module}.${name}`;
  if (!Object.hasOwn(m.rules.globals, known))
    throw invalid(m.path, "a pickle of tensors and nothing else", note(`the global ${known} in it`));
  return m.rules.globals[known]!;
}

function reduce(m: Machine): void {
  const [callable, args] = pop(m, 2);
  if (typeof callable !== "function" || !Array.isArray(args)) throw malformed(m);
  push(m, (callable as Callable)(...args));
}

/** Attributes of a dict, such as a state_dict's `_metadata`, are passed over; nothing else may have any. */
function build(m: Machine): void {
  pop(m, 1);
  if (!(top(m) instanceof Map)) throw malformed(m);
}

function persistent(m: Machine, id: PickleValue): PickleValue {
  if (!m.rules.persistent) throw malformed(m);
  return m.rules.persistent(id);
}

/** Little-endian two's complement. */
function integer(bytes: Buffer): number | bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  const signed = BigInt.asIntN(8 * bytes.length, value);
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}

const malformed = (m: Machine) =>
  invalid(m.path, "a well-formed pickle", note(`nonsense at byte ${m.at - 1}`));
