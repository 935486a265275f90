import { isMainThread, MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { Evaluation, ItemRunner, ScheduleEntry, ScheduleItem } from "../solve/schedule.ts";
import { evaluateInOrder, evaluateItem, scheduleOf } from "../solve/schedule.ts";
import type { SearchContext } from "../solve/search-context.ts";
import { CONTROL_LENGTH, DONE, NEXT, type SearchJob, type SearchResultMessage, STOP } from "./search-job.ts";

/** Seconds of a search in one thread before others are asked: most searches are over by then. */
const PATIENCE_SECONDS = 0.25;
/** Longest wait for the other threads before the limits are looked at again. */
const WAIT_MILLISECONDS = 50;

/**
 * A runner that evaluates the items of a schedule on several threads and hands the results out in the order of the
 * schedule, so that the answer does not depend on the number of threads.
 *
 * The calling thread works, too, and blocks while it waits. The main thread must not, so it gets no help.
 */
export function searchThreads(threads: number): ItemRunner {
  if (threads <= 1 || isMainThread) return evaluateInOrder;
  const helpers: MessagePort[] = [];
  let jobs = 0;
  return function* evaluateOnThreads(context, entries) {
    const started = performance.now();
    const items = new ItemList(scheduleOf(context, entries));
    let position = 0;
    for (; performance.now() - started < 1000 * PATIENCE_SECONDS; position++) {
      const item = items.at(position);
      if (item === null) return;
      yield { item, evaluation: evaluateItem(context, item) };
    }
    while (helpers.length < threads - 1) helpers.push(startHelper());
    const control = new Int32Array(new SharedArrayBuffer(4 * CONTROL_LENGTH));
    control[NEXT] = position;
    const job = jobOf(context, entries, control.buffer as SharedArrayBuffer, ++jobs);
    for (const helper of helpers) helper.postMessage(job);
    const results = new Results(helpers, control, job.id);
    try {
      for (; ; position++) {
        const item = items.at(position);
        if (item === null) return;
        yield { item, evaluation: evaluateHere(context, { position, items, results, control }) };
      }
    } finally {
      Atomics.store(control, STOP, 1);
    }
  };
}

interface Work {
  readonly position: number;
  readonly items: ItemList;
  readonly results: Results;
  readonly control: Int32Array;
}

/** The result of one position: this thread takes positions of its own, like the others, until that one is there. */
function evaluateHere(context: SearchContext, { position, items, results, control }: Work): Evaluation {
  for (;;) {
    const known = results.take(position);
    if (known !== null) return known;
    const own = Atomics.load(control, NEXT) > position + MOST_AHEAD ? -1 : Atomics.add(control, NEXT, 1);
    const item = own < 0 ? null : items.at(own);
    if (item !== null) results.put(own, evaluateItem(context, item));
    else if (context.shouldStop()) return evaluateItem(context, items.at(position)!);
    else results.wait();
  }
}

/** Positions that this thread runs ahead of the one that is asked for: beyond them it waits. */
const MOST_AHEAD = 64;

/** A schedule by position. */
class ItemList {
  private readonly items: ScheduleItem[] = [];
  private readonly schedule: Iterator<ScheduleItem>;

  constructor(schedule: Iterator<ScheduleItem>) {
    this.schedule = schedule;
  }

  /** The item at a position, null behind the end. */
  at(position: number): ScheduleItem | null {
    while (this.items.length <= position) {
      const { value, done } = this.schedule.next();
      if (done) return null;
      this.items.push(value);
    }
    return this.items[position]!;
  }
}

/** Results by position, from this thread and from the others. */
class Results {
  private readonly known = new Map<number, Evaluation>();
  private readonly helpers: readonly MessagePort[];
  private readonly control: Int32Array;
  private readonly id: number;
  private seen = 0;

  constructor(helpers: readonly MessagePort[], control: Int32Array, id: number) {
    this.helpers = helpers;
    this.control = control;
    this.id = id;
  }

  put(position: number, evaluation: Evaluation): void {
    this.known.set(position, evaluation);
  }

  take(position: number): Evaluation | null {
    this.receive();
    const evaluation = this.known.get(position) ?? null;
    this.known.delete(position);
    return evaluation;
  }

  /** Blocks until another thread has sent something new, or a moment has passed. */
  wait(): void {
    Atomics.wait(this.control, DONE, this.seen, WAIT_MILLISECONDS);
  }

  private receive(): void {
    this.seen = Atomics.load(this.control, DONE);
    for (const helper of this.helpers) {
      for (let packet = receiveMessageOnPort(helper); packet; packet = receiveMessageOnPort(helper)) {
        const { id, position, evaluation } = packet.message as SearchResultMessage;
        if (id === this.id) this.known.set(position, evaluation);
      }
    }
  }
}

function jobOf(
  { reduced, samples, seed, precision, nearby }: SearchContext,
  entries: readonly ScheduleEntry[],
  control: SharedArrayBuffer,
  id: number,
): SearchJob {
  return {
    question: { reduced, samples, seed, precision, nearby },
    entries: entries.map(({ strategy, weight }) => ({ name: strategy.name, weight })),
    control,
    id,
  };
}

/** A helper ends with the thread that started it; one that fails leaves its work to the others. */
function startHelper(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  const url = new URL("./search-worker.js", import.meta.url);
  const thread = new Worker(url, { workerData: { port: port2 }, transferList: [port2] });
  thread.on("error", () => undefined);
  thread.unref();
  port1.unref();
  return port1;
}
