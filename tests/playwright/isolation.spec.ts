// Many tests at once in one room, each with its own line: nobody hears the others.

import { expect, test } from "./active-calls-mock.js";

for (const name of ["Ada", "Ben", "Cleo", "Dan"]) {
  test(`${name} is alone`, async ({ page, activeCalls }) => {
    const room = activeCalls.room("call-7");
    await room.start();
    await page.goto("/calls/call-7");
    await room.say("customer", `This is ${name}.`);
    await expect(page.getByRole("listitem").last()).toHaveText(`customer: This is ${name}.`);
    await activeCalls.clock.advance(name.length);
    await expect(page.getByRole("timer")).toHaveText(`${name.length} s`);
    const said = (await room.get()).events.filter(({ type }) => type === "say");
    expect(said.map(({ content }) => content)).toEqual([`This is ${name}.`]);
    for (const one of await activeCalls.requests({ status: 200, limit: 9 })) {
      expect(one.workspace).toBe(activeCalls.workspace);
      expect(one.headers).not.toHaveProperty("prefer");
    }
  });
}

test("the application's own workspace gives way", async ({ page, activeCalls }) => {
  await activeCalls.room("call-7").play({ code: 503 });
  await page.goto("/calls/call-7?workspace=ws-own");
  await expect(page.getByRole("alert")).toBeVisible();
});

test.describe("without the header", () => {
  test.use({ extraHTTPHeaders: {} });

  test("the application can be told its workspace", async ({ page, activeCalls }) => {
    await activeCalls.room("call-7").play({ code: 503 });
    await page.goto("/calls/call-7?workspace=ws-own");
    await expect(page.getByRole("status")).toHaveText("Live");
    await page.goto(`/calls/call-7?workspace=${activeCalls.workspace}`);
    await expect(page.getByRole("alert")).toBeVisible();
  });
});

test("what the mock refuses is told in its words", async ({ activeCalls }) => {
  await expect(activeCalls.room("call-7").leave("nobody")).rejects.toThrow(
    /POST .*call-7\/events is refused with 409: identity: 'nobody' is not in the room\./,
  );
});
