// The mock's API key, where it was started with one.

import { apiKey, askCall } from "./api.js";
import { h, say } from "./dom.js";

/** Whether the mock takes the key: true, false, or null while it says nothing. */
export async function isKeyRight(workspace) {
  const { status } = await askCall({ workspace, room: "call-abc123", prefer: "example=documented" });
  return status === undefined ? null : status !== 401;
}

/** A form that asks for the key; `remark` says why again, `taken` is called once the mock takes it. */
export function keyForm(workspace, remark, taken) {
  const field = h("input", {
    id: "key",
    type: "password",
    required: true,
    autocomplete: "off",
    pattern: "[!-~]+",
    title: "Printable ASCII, as in a header",
  });
  const wrong = h("p", { class: "notice", role: "alert", hidden: !remark }, remark);
  const form = h(
    "form",
    { class: "panel key" },
    h("h1", { tabindex: "-1" }, "This mock asks for an API key"),
    h("p", {}, "It was started with --api-key. The key stays in this tab until you close it."),
    wrong,
    h(
      "div",
      { class: "inline" },
      h("label", { for: "key" }, "x-api-key"),
      field,
      h("button", { class: "primary" }, "Use it"),
    ),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    apiKey.set(field.value);
    const right = await isKeyRight(workspace);
    if (right) return taken();
    apiKey.forget();
    say(wrong, right === null ? "The mock does not answer. Try again." : "That is not the mock's key.");
    wrong.hidden = false;
    return field.select();
  });
  return form;
}
