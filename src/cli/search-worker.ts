import { type MessagePort, workerData } from "node:worker_threads";
import { evaluateItem, type ScheduleItem, scheduleOf } from "../solve/schedule.ts";
import { createSearchContext } from "../solve/search-context.ts";
import { strategyNamed } from "../solve/strategies/default-schedule.ts";
import { DONE, NEXT, type SearchJob, type SearchResultMessage, STOP } from "./search-job.ts";

const { port } = workerData as { readonly port: MessagePort };
port.on("message", (job: SearchJob) => help(job));

/** Takes positions of the schedule until the search is over; the same position gives the same result on every thread. */
function help({ question, entries, control: shared, id }: SearchJob): void {
  const control = new Int32Array(shared);
  const isOver = (): boolean => Atomics.load(control, STOP) !== 0;
  const context = createSearchContext({ ...question, shouldStop: isOver });
  const schedule = scheduleOf(
    context,
    entries.map(({ name, weight }) => ({ strategy: strategyNamed(name), weight })),
  );
  const items: ScheduleItem[] = [];
  while (!isOver()) {
    const position = Atomics.add(control, NEXT, 1);
    while (items.length <= position) {
      const { value, done } = schedule.next();
      if (done) return;
      items.push(value);
    }
    const evaluation = evaluateItem(context, items[position]!);
    const message: SearchResultMessage = { id, position, evaluation };
    port.postMessage(message);
    Atomics.add(control, DONE, 1);
    Atomics.notify(control, DONE);
  }
}
