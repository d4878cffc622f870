// What a Node.js function writes to its log, and what it tells about an error.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "node:util";

let requestId = "undefined"; // until the first event
export const setRequestId = (id) => (requestId = id);

// One event of the log: when, which invocation, level, text. \r keeps the lines of a text together.
export function log(level, ...parts) {
  const text = format(...parts).replaceAll("\n", "\r");
  process.stdout.write(`${new Date().toISOString()}\t${requestId}\t${level}\t${text}\n`);
}
for (const level of ["debug", "info", "warn", "error"]) console[level] = log.bind(null, level.toUpperCase());
console.log = console.info;

// Traces name the folders as on Lambda.
const folders = [
  [process.env.LAMBDA_TASK_ROOT, "/var/task"],
  [path.dirname(fileURLToPath(import.meta.url)), "/var/runtime"],
];
const shown = (text) => folders.reduce((all, [here, onLambda]) => all.replaceAll(here, onLambda), text);

export function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  const { name, message, stack } = error;
  return { errorType: name, errorMessage: shown(message), trace: shown(stack ?? "").split("\n") };
}
