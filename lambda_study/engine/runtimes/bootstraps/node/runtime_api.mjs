// The Runtime API: HTTP to the address that Lambda leaves in AWS_LAMBDA_RUNTIME_API.
import http from "node:http";
import { describe } from "./log.mjs";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true }); // one connection, used again and again

function open(method, where, headers, answered) {
  const request = { host, port, agent, method, path: `/2018-06-01/runtime/${where}`, headers };
  return http.request(request, (response) => {
    const chunks = [];
    response.on("data", (chunk) => chunks.push(chunk));
    response.on("end", () => answered({ headers: response.headers, text: Buffer.concat(chunks).toString() }));
  });
}

export function call(method, where, body, headers) {
  return new Promise((resolve, reject) => open(method, where, headers, resolve).on("error", reject).end(body));
}

// awslambda.streamifyResponse(async (event, stream, context) => ...) marks a handler that answers in pieces.
export const streaming = Symbol("streaming");
globalThis.awslambda = { streamifyResponse: (handler) => Object.assign(handler, { [streaming]: true }) };

// Each piece goes out as it is written. An error after the first piece follows the last one, as two trailers.
export function stream(where, write) {
  const type = "Lambda-Runtime-Function-Error-Type";
  const body = "Lambda-Runtime-Function-Error-Body";
  const headers = {
    "Lambda-Runtime-Function-Response-Mode": "streaming",
    "Content-Type": "application/octet-stream",
    "Transfer-Encoding": "chunked",
    Trailer: `${type}, ${body}`,
  };
  return new Promise((resolve, reject) => {
    const out = open("POST", where, headers, resolve).on("error", reject);
    const failed = (error) => {
      if (!out.headersSent) return reject(error), out.destroy();
      const described = describe(error);
      const encoded = Buffer.from(JSON.stringify(described)).toString("base64");
      out.addTrailers({ [type]: described.errorType, [body]: encoded });
      out.end();
    };
    Promise.resolve(out).then(write).then(() => out.end(), failed);
  });
}
