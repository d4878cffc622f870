// The runtime of a Node.js function: the part between Lambda and your handler.
// It asks the Runtime API for an event, calls the handler, posts what came out, and asks for the next event.
import { load } from "./handler.mjs";
import { describe, log, setRequestId } from "./log.mjs";
import { call, stream, streaming } from "./runtime_api.mjs";

const env = process.env;

function contextOf(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

// A handler with a third parameter gets a callback. Unlike AWS: nodejs24.x too, which refuses such a handler.
async function run(handler, event, context) {
  if (handler.length < 3) return handler(event, context);
  return new Promise((resolve, reject) =>
    handler(event, context, (error, result) => (error ? reject(error) : resolve(result))),
  );
}

// An error is written to the log, then posted: the caller gets its type, its message and its trace.
function fail(where, headline, error) {
  const { errorType, errorMessage, trace } = describe(error);
  log("ERROR", `${headline} \t${JSON.stringify({ errorType, errorMessage, stack: trace })}`);
  const body = JSON.stringify({ errorType, errorMessage, trace });
  return call("POST", where, body, { "Lambda-Runtime-Function-Error-Type": errorType });
}

let handler;
try {
  handler = await load(env._HANDLER); // everything outside of the handler runs here, once
} catch (error) {
  await fail("init/error", "Uncaught Exception", error);
  process.exit(1);
}

for (;;) {
  const { headers, text } = await call("GET", "invocation/next"); // waits, frozen, until there is an event
  const context = contextOf(headers);
  const invocation = `invocation/${context.awsRequestId}`;
  setRequestId(context.awsRequestId);
  env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
  try {
    const event = JSON.parse(text);
    if (handler[streaming]) await stream(`${invocation}/response`, (out) => handler(event, out, context));
    else await call("POST", `${invocation}/response`, JSON.stringify(await run(handler, event, context)) ?? "null");
  } catch (error) {
    await fail(`${invocation}/error`, "Invoke Error", error);
  }
}
