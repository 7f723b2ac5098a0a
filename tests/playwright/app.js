// The dev server of the application under test: one page at every path.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const page = readFileSync("app.html", "utf8").replace("API_URL", process.env.VITE_API_URL);

createServer((request, response) => {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
}).listen(Number(process.argv[2]), "127.0.0.1");
