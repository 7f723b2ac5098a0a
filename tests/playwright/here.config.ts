// The guide's configuration with the browser that is here, and patience for a busy machine.

import guide from "./playwright.config.js";

const launchOptions = {
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", process.env.LEAN],
};

export default { ...guide, use: { ...guide.use, launchOptions }, expect: { timeout: 15_000 } };
