import { isMainThread, MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { InternalError } from "../errors.ts";
import type { Claim } from "../verify/experiment.ts";
import type { TestedClaim, TestedRow } from "../verify/run-claims.ts";
import { interruption, isInterrupted } from "./interruption.ts";
import { CONTROL_LENGTH, DONE, NEXT, type VerifyJob } from "./verify-job.ts";
import { claimsOf, type PlannedRow, rowsOf, testRow } from "./verify-rows.ts";

/** How claims are tested. */
export interface VerifyRun {
  readonly seed: number;
  readonly long: boolean;
  /** On the clock of Date.now(). */
  readonly deadline: number;
  /** With more than one, the claims must be those of the registry. */
  readonly threads: number;
  /** Told of each row that this thread begins, and of how many are finished. */
  readonly onRow: (row: PlannedRow, done: number, total: number) => void;
}

/** What a helping thread finds of one row. */
export interface RowMessage {
  readonly position: number;
  readonly outcome: { readonly row: TestedRow } | { readonly error: string };
}

/** Longest wait for the other threads before their results are looked at again. */
const WAIT_MILLISECONDS = 500;

/**
 * Tests the claims row by row, each row on whatever thread is free: the same answer on any number of threads. Rows that
 * the time, or Ctrl-C, did not allow are there with the trials that they had.
 *
 * The calling thread works, too, and blocks while it waits. The main thread must not, so it gets no help.
 */
export function testClaims(claims: readonly Claim[], run: VerifyRun): TestedClaim[] {
  const planned = rowsOf(claims, run.long);
  const control = new Int32Array(new SharedArrayBuffer(4 * CONTROL_LENGTH));
  const helpers = isMainThread ? [] : startHelpers(claims, run, control, Math.min(run.threads, planned.length) - 1);
  const tested = new Map<number, TestedRow>();
  const shouldStop = (): boolean => isInterrupted() || Date.now() > run.deadline;
  const take = (): number => Atomics.add(control, NEXT, 1);
  for (let k = take(); k < planned.length; k = take()) {
    receive(helpers, planned, tested);
    run.onRow(planned[k]!, tested.size, planned.length);
    tested.set(k, testRow(planned[k]!, { seed: run.seed, long: run.long, shouldStop }));
  }
  for (;;) {
    const seen = Atomics.load(control, DONE);
    receive(helpers, planned, tested);
    if (tested.size === planned.length) break;
    run.onRow(planned.find((_, k) => !tested.has(k))!, tested.size, planned.length);
    Atomics.wait(control, DONE, seen, WAIT_MILLISECONDS);
  }
  return claimsOf(
    claims,
    planned,
    planned.map((_, k) => tested.get(k)!),
  );
}

/** @throws {@link InternalError} naming the row, if a trial failed to run */
function receive(
  helpers: readonly MessagePort[],
  planned: readonly PlannedRow[],
  tested: Map<number, TestedRow>,
): void {
  for (const helper of helpers) {
    for (let packet = receiveMessageOnPort(helper); packet; packet = receiveMessageOnPort(helper)) {
      const { position, outcome } = packet.message as RowMessage;
      const { claim, experiment } = planned[position]!;
      if ("error" in outcome) throw new InternalError(`${claim.id}, ${experiment.label}: ${outcome.error}`);
      tested.set(position, outcome.row);
    }
  }
}

/** Threads that take rows until none is left, and end with the one that started them. */
function startHelpers(
  claims: readonly Claim[],
  { seed, long, deadline }: VerifyRun,
  control: Int32Array,
  count: number,
): MessagePort[] {
  const job: VerifyJob = {
    claims: claims.map(({ id }) => id),
    seed,
    long,
    deadline,
    control: control.buffer as SharedArrayBuffer,
  };
  return Array.from({ length: Math.max(0, count) }, () => {
    const { port1, port2 } = new MessageChannel();
    const url = new URL("./verify-worker.js", import.meta.url);
    const thread = new Worker(url, { workerData: { port: port2, job, interruption }, transferList: [port2] });
    thread.unref();
    port1.unref();
    return port1;
  });
}
