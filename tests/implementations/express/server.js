// One call per room, sixty seconds old at the start, as tests/implementations/call.py has it.
const crypto = require("node:crypto");
const express = require("express");

const rooms = JSON.parse(process.env.ROOMS);
const started = Date.now() - 60_000;
const app = express();

app.get("/v2/api/active-calls/:roomName", (request, response) => {
  const workspace = request.get("x-workspace-id");
  const room = request.params.roomName;
  if (!workspace) return response.status(400).json({ message: "x-workspace-id is required" });
  if (workspace !== process.env.WORKSPACE || !rooms.includes(room)) {
    return response.status(404).json({ message: "No such room" });
  }
  const elapsed = (Date.now() - started) / 1000;
  return response.json({
    id: crypto.createHash("sha256").update(room).digest("hex").slice(0, 24),
    roomName: room,
    customerPhone: "+14155550123",
    customerName: null,
    aiAgentName: "Order Desk",
    duration: elapsed,
    sentiment: "neutral",
    transcript: Array.from({ length: Math.floor(elapsed / 1.2) }, (_, n) => ({
      role: n % 2 ? "customer" : "agent",
      content: `Line ${n}`,
    })),
    participants: [{ identity: "agent-001", isAgent: true, metadata: {}, joinedAt: new Date(started).toJSON() }],
  });
});

const server = app.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
