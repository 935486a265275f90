import { type MessagePort, workerData } from "node:worker_threads";
import { CLAIMS } from "../verify/claims.ts";
import { isInterrupted } from "./interruption.ts";
import { DONE, NEXT, type VerifyJob } from "./verify-job.ts";
import { rowsOf, testRow } from "./verify-rows.ts";
import type { RowMessage } from "./verify-threads.ts";

const { port, job } = workerData as { readonly port: MessagePort; readonly job: VerifyJob };
const control = new Int32Array(job.control);
const rows = rowsOf(
  CLAIMS.filter(({ id }) => job.claims.includes(id)),
  job.long,
);
const shouldStop = (): boolean => isInterrupted() || Date.now() > job.deadline;
for (let k = Atomics.add(control, NEXT, 1); k < rows.length; k = Atomics.add(control, NEXT, 1)) {
  const message: RowMessage = { position: k, outcome: outcomeOf(k) };
  port.postMessage(message);
  Atomics.add(control, DONE, 1);
  Atomics.notify(control, DONE);
}

function outcomeOf(position: number): RowMessage["outcome"] {
  try {
    return { row: testRow(rows[position]!, { seed: job.seed, long: job.long, shouldStop }) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
