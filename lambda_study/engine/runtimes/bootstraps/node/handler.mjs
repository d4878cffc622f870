// Finds the handler: "src/index.handler" is the export `handler` of src/index.mjs, .js or .cjs in the package.
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

function named(name, message) {
  return Object.assign(new Error(message), { name });
}

function fileOf(module) {
  const stem = path.resolve(process.env.LAMBDA_TASK_ROOT, module);
  const found = [".js", ".mjs", ".cjs"].map((suffix) => stem + suffix).find(existsSync);
  if (!found) throw named("Runtime.ImportModuleError", `Error: Cannot find module '${path.basename(module)}'`);
  return pathToFileURL(found);
}

export async function load(handlerName) {
  const [, module, name] = /^(.*?)\.([^/]+)$/.exec(handlerName) ?? [];
  if (!name) throw named("Runtime.MalformedHandlerName", "Bad handler");
  const loaded = await import(fileOf(module)).catch((error) => {
    if (error instanceof SyntaxError) error.name = "Runtime.UserCodeSyntaxError";
    if (/MODULE_NOT_FOUND/.test(error.code)) error.name = "Runtime.ImportModuleError";
    throw error;
  });
  const handler = loaded[name] ?? loaded.default?.[name];
  if (typeof handler === "function") return handler;
  throw named("Runtime.HandlerNotFound", `${handlerName} is undefined or not exported`);
}
