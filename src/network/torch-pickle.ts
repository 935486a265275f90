import type { FileError } from "../errors.ts";
import { ByteReader } from "./byte-reader.ts";
import { isKind, type PickleDict, type PickleList, type PickleValue } from "./pickle-values.ts";
import { globalFor, persistentStorage, rebuild } from "./torch-globals.ts";

/** Protocols 2 (torch.save) to 5 differ only in opcodes, all listed below. */
const MAX_PROTOCOL = 5;
const STATE_DICT_HINT = "save the state dict alone: torch.save(model.state_dict(), FILE)";

/**
 * Reads the pickle of a torch.save file as plain data. It is an interpreter of its own for a few opcodes: names in
 * the file are compared with a whitelist and never looked up, so nothing in the file can run.
 *
 * @param bytes - the archive's data.pkl
 * @param file - name the user gave, for messages
 * @throws {@link FileError} if the pickle is damaged, uses another opcode, or names anything outside the whitelist
 * @remarks Stack and memo grow by at most one value per opcode, so memory is linear in the length of the pickle.
 *
 * Source: CPython Lib/pickletools.py (the opcodes), PyTorch torch/serialization.py (persistent ids).
 */
export function readTorchPickle(bytes: Uint8Array, file: string): PickleValue {
  const machine = new PickleMachine(new ByteReader(bytes, file, "the pickle"));
  for (;;) {
    const opcode = machine.reader.uint8();
    if (opcode === STOP) return machine.pop();
    const handler = HANDLERS.get(opcode);
    if (handler === undefined) {
      throw machine.fail(`uses opcode 0x${opcode.toString(16).padStart(2, "0")}, which is refused`);
    }
    handler(machine);
  }
}

class PickleMachine {
  readonly reader: ByteReader;
  readonly #stack: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(reader: ByteReader) {
    this.reader = reader;
  }

  fail(problem: string): FileError {
    return this.reader.fail(problem, STATE_DICT_HINT);
  }

  push(value: PickleValue): void {
    this.#stack.push(value);
  }

  pop(): PickleValue {
    this.#requireValues(1);
    return this.#stack.pop() as PickleValue;
  }

  /** The top of the stack, left there. */
  top(): PickleValue {
    this.#requireValues(1);
    return this.#stack[this.#stack.length - 1];
  }

  /** The last `count` values, oldest first. */
  popMany(count: number): PickleValue[] {
    this.#requireValues(count);
    return this.#stack.splice(this.#stack.length - count, count);
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  /** Everything above the last mark, oldest first. */
  popToMark(): PickleValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.fail("is damaged: a mark is missing");
    return this.#stack.splice(mark);
  }

  remember(index: number): void {
    this.#memo.set(index, this.top());
  }

  rememberNext(): void {
    this.remember(this.#memo.size);
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.fail(`is damaged: it refers to value ${index}, which it never stored`);
    this.push(value);
  }

  topDict(): PickleDict {
    const value = this.top();
    if (!isKind(value, "dict")) throw this.fail("is damaged: it fills something that is not a dict");
    return value;
  }

  topList(): PickleList {
    const value = this.top();
    if (!isKind(value, "list")) throw this.fail("is damaged: it fills something that is not a list");
    return value;
  }

  /** Values below the last mark belong to an unfinished collection and may not be popped one by one. */
  #requireValues(count: number): void {
    const floor = this.#marks.at(-1) ?? 0;
    if (this.#stack.length - count < floor) throw this.fail("is damaged: it takes more values than there are");
  }
}

const STOP = 0x2e;

const HANDLERS: ReadonlyMap<number, (machine: PickleMachine) => void> = new Map([
  [0x80, protocol],
  [0x95, (m) => void m.reader.take(8)], // FRAME: a length that only helps buffering
  [0x28, (m) => m.mark()], // MARK
  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x4b, (m) => m.push(m.reader.uint8())], // BININT1
  [0x4d, (m) => m.push(m.reader.uint16())], // BININT2
  [0x4a, (m) => m.push(m.reader.int32())], // BININT
  [0x8a, (m) => m.push(longFromBytes(m.reader.take(m.reader.uint8())))], // LONG1
  [0x47, (m) => m.push(m.reader.float64BigEndian())], // BINFLOAT
  [0x8c, (m) => m.push(m.reader.text(m.reader.uint8()))], // SHORT_BINUNICODE
  [0x58, (m) => m.push(m.reader.text(m.reader.uint32()))], // BINUNICODE
  [0x7d, (m) => m.push({ kind: "dict", entries: new Map() })], // EMPTY_DICT
  [0x5d, (m) => m.push({ kind: "list", items: [] })], // EMPTY_LIST
  [0x29, (m) => m.push({ kind: "tuple", items: [] })], // EMPTY_TUPLE
  [0x85, (m) => m.push({ kind: "tuple", items: m.popMany(1) })], // TUPLE1
  [0x86, (m) => m.push({ kind: "tuple", items: m.popMany(2) })], // TUPLE2
  [0x87, (m) => m.push({ kind: "tuple", items: m.popMany(3) })], // TUPLE3
  [0x74, (m) => m.push({ kind: "tuple", items: m.popToMark() })], // TUPLE
  [0x61, append],
  [0x65, appends],
  [0x73, (m) => setItems(m, m.popMany(2))], // SETITEM
  [0x75, (m) => setItems(m, m.popToMark())], // SETITEMS
  [0x71, (m) => m.remember(m.reader.uint8())], // BINPUT
  [0x72, (m) => m.remember(m.reader.uint32())], // LONG_BINPUT
  [0x94, (m) => m.rememberNext()], // MEMOIZE
  [0x68, (m) => m.recall(m.reader.uint8())], // BINGET
  [0x6a, (m) => m.recall(m.reader.uint32())], // LONG_BINGET
  [0x63, global],
  [0x93, stackGlobal],
  [0x51, (m) => m.push(persistentStorage(m.pop(), (problem) => m.fail(problem)))], // BINPERSID
  [0x52, reduce],
  [0x62, build],
]);

function protocol(machine: PickleMachine): void {
  const version = machine.reader.uint8();
  if (version > MAX_PROTOCOL) throw machine.fail(`has the unknown protocol ${version}`);
}

/** Two's complement, least significant byte first. */
function longFromBytes(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
  const signed = BigInt.asIntN(8 * bytes.length, value);
  const asNumber = Number(signed);
  return Number.isSafeInteger(asNumber) ? asNumber : signed;
}

function append(machine: PickleMachine): void {
  const value = machine.pop();
  machine.topList().items.push(value);
}

function appends(machine: PickleMachine): void {
  const values = machine.popToMark();
  const { items } = machine.topList();
  for (const value of values) items.push(value);
}

function setItems(machine: PickleMachine, keysAndValues: readonly PickleValue[]): void {
  if (keysAndValues.length % 2 !== 0) throw machine.fail("is damaged: a dict key has no value");
  const { entries } = machine.topDict();
  for (let i = 0; i < keysAndValues.length; i += 2) {
    const key = keysAndValues[i];
    if (typeof key !== "string" && typeof key !== "number") {
      throw machine.fail("holds a dict key that is neither text nor a number");
    }
    entries.set(key, keysAndValues[i + 1]);
  }
}

function global(machine: PickleMachine): void {
  const module = readLine(machine);
  const name = readLine(machine);
  machine.push(globalFor(`${module}.${name}`, (problem) => machine.fail(problem)));
}

function stackGlobal(machine: PickleMachine): void {
  const [module, name] = machine.popMany(2);
  if (typeof module !== "string" || typeof name !== "string") throw machine.fail("is damaged: a name is not text");
  machine.push(globalFor(`${module}.${name}`, (problem) => machine.fail(problem)));
}

/** Text up to the next newline, which is consumed. */
function readLine(machine: PickleMachine): string {
  const { reader } = machine;
  const end = reader.bytes.indexOf(0x0a, reader.position);
  if (end < 0) throw machine.fail("ends too early");
  const line = reader.text(end - reader.position);
  reader.take(1);
  return line;
}

function reduce(machine: PickleMachine): void {
  const [callee, args] = machine.popMany(2);
  machine.push(rebuild(callee, args, (problem) => machine.fail(problem)));
}

/** Only a dict may carry a state (the `_metadata` of a state dict); it says nothing about the tensors. */
function build(machine: PickleMachine): void {
  machine.pop();
  machine.topDict();
}
