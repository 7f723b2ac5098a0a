// Which operation of the contract a request was for, as the contract itself says.

import { BASE } from "./api.js";

const METHODS = ["get", "put", "post", "delete", "patch"];
const SPECIAL = /[\\^$.*+?()[\]{}|]/g;

/** What matches the paths of a template: a name in braces is one segment, whatever is in it. */
function pattern(template) {
  const parts = template.split(/\{[^}]*\}/).map((part) => part.replace(SPECIAL, "\\$&"));
  return new RegExp(`^${parts.join("[^/]+")}$`);
}

/** The operations of an OpenAPI document, in its order: {id, summary, method, path}. */
export function operationsOf(document) {
  return Object.entries(document.paths).flatMap(([template, item]) =>
    METHODS.filter((method) => item[method]?.operationId).map((method) => ({
      id: item[method].operationId,
      summary: item[method].summary ?? "",
      method: method.toUpperCase(),
      path: pattern(template),
    })),
  );
}

/** The operation that a request was for, or null; HEAD asks for what GET does. */
export function operationFor(operations, { method, path }) {
  const meant = method === "HEAD" ? "GET" : method;
  return operations.find((one) => one.method === meant && one.path.test(path)) ?? null;
}

/** The contract's operations; none where it cannot be had. */
export async function askOperations() {
  try {
    const response = await fetch(new URL("openapi.json", BASE), { headers: { "x-mock-console": "1" } });
    return response.ok ? operationsOf(await response.json()) : [];
  } catch {
    return []; // whoever polls says that the mock does not answer
  }
}
