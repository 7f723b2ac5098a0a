// A call as an application shows it: polled every second.

const EVERY = 1000;

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function call({ customerName, duration, sentiment, transcript, participants }) {
  const clock = `${Math.floor(duration / 60)}:${String(Math.floor(duration % 60)).padStart(2, "0")}`;
  return [
    element("h1", {}, `${customerName ?? "Unknown caller"}, ${clock}`),
    element("p", { className: "sentiment" }, sentiment),
    element("p", { className: "people" }, participants.map((one) => one.identity).join(", ")),
    element("ol", {}, ...transcript.slice(-4).map((line) => element("li", {}, `${line.role}: ${line.content}`))),
  ];
}

export function callPanel(room) {
  const panel = element("main", {}, "…");
  const path = `https://api.example.com/v2/api/active-calls/${encodeURIComponent(room)}`;
  async function poll() {
    const answer = await fetch(path, { headers: { "x-workspace-id": "ws-acme" } });
    panel.replaceChildren(...(answer.ok ? call(await answer.json()) : [`No call: ${answer.status}`]));
  }
  poll();
  const timer = setInterval(() => (panel.isConnected ? poll() : clearInterval(timer)), EVERY);
  return panel;
}
