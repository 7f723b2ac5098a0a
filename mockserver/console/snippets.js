// A request as a line of code to paste. Values are quoted for each language; a key never appears.

/** For a POSIX shell: nothing inside single quotes means anything but the quote itself. */
const shell = (text) => `'${text.replaceAll("'", "'\\''")}'`;

// JSON's escapes are also JavaScript's and Python's.
const literal = (text) => JSON.stringify(text);

function curl({ method = "GET", url, headers, keyed, body }) {
  const parts = [method === "GET" ? "curl -s" : `curl -s -X ${method}`];
  parts.push(...Object.entries(headers).map(([name, value]) => `-H ${shell(`${name}: ${value}`)}`));
  if (keyed) parts.push('-H "x-api-key: $API_KEY"');
  if (body !== undefined) parts.push("-H 'content-type: application/json'", `-d ${shell(JSON.stringify(body))}`);
  return [...parts, shell(url)].join(" \\\n  ");
}

function entries(headers, keyed, key, indent) {
  const lines = Object.entries(headers).map(([name, value]) => `${indent}${literal(name)}: ${literal(value)},`);
  if (keyed) lines.push(`${indent}"x-api-key": ${key},`);
  return lines.join("\n");
}

const fetching = ({ url, headers, keyed }) => `const response = await fetch(${literal(url)}, {
  headers: {
${entries(headers, keyed, "API_KEY", "    ")}
  },
});
const call = await response.json();`;

const axios = ({ url, headers, keyed }) => `import axios from "axios";

const { data: call } = await axios.get(${literal(url)}, {
  headers: {
${entries(headers, keyed, "API_KEY", "    ")}
  },
});`;

const httpx = ({ url, headers, keyed }) => `${keyed ? "import os\n\n" : ""}import httpx

response = httpx.get(
    ${literal(url)},
    headers={
${entries(headers, keyed, 'os.environ["API_KEY"]', "        ")}
    },
)
call = response.json()`;

/**
 * The kinds by name. Each takes {url, headers, keyed}, and curl also {method, body}; a keyed request
 * needs an API key.
 */
export const SNIPPETS = { curl, fetch: fetching, axios, "Python httpx": httpx };

const commandCurl = ({ method, url, body }) =>
  [`curl -X ${method}`, shell(url), ...(body === undefined ? [] : [`-d ${shell(JSON.stringify(body))}`])].join(
    " \\\n  ",
  );

const playwright = ({ method, url, body }) =>
  `await request.${method.toLowerCase()}(${literal(url)}${body === undefined ? "" : `, {\n  data: ${literal(body)},\n}`});`;

/** The kinds of code for a command by name. Each takes {method, url, body}; body may be undefined. */
export const COMMAND_SNIPPETS = { curl: commandCurl, Playwright: playwright };
