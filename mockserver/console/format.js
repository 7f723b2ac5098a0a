// How values are written.

/** Seconds as 2:25 or 1:02:25. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(rest).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** An instant as the local time of day, with milliseconds if wished. */
export function timeOfDay(iso, milliseconds = false) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return String(iso);
  const two = (number) => String(number).padStart(2, "0");
  const text = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return milliseconds ? `${text}.${String(date.getMilliseconds()).padStart(3, "0")}` : text;
}

export const bytes = (count) => (count < 1024 ? `${count} B` : `${(count / 1024).toFixed(1)} KB`);

export const milliseconds = (count) =>
  count < 10 ? `${count.toFixed(1)} ms` : count < 10000 ? `${Math.round(count)} ms` : `${(count / 1000).toFixed(1)} s`;

/** The caller as the body tells it: null and absent are two different things. */
export function caller(body) {
  if (typeof body.customerName === "string" && body.customerName) return body.customerName;
  return "Unknown caller";
}

export const words = (slug) => slug.replaceAll("-", " ");

/** A number of things, with a comma at each thousand. */
export const amount = (count) => count.toLocaleString("en-US");

export const plural = (count, one, many = `${one}s`) => `${amount(count)} ${count === 1 ? one : many}`;

/** JSON in a form to read, or the text as it is. */
export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

const KNOWN = { positive: "positive", neutral: "neutral", negative: "negative" };

/** A CSS class for a sentiment; what the contract does not know looks neutral. */
export const tone = (sentiment) => (Object.hasOwn(KNOWN, sentiment) ? sentiment : "neutral");
