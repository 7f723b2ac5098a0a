// What moves by itself, for those who have not asked for calm.

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Show for a moment that something in an element is new, by what lies behind its content. */
export function flash(element) {
  // Opacity costs no painting: with a colour, a board of 200 calls spends twice the time.
  const behind = { duration: 1600, easing: "ease-out", pseudoElement: "::before" };
  if (!calm()) element.animate({ opacity: [1, 0] }, behind);
}

/** Let a new element come into view. */
export function appear(element) {
  if (calm()) return;
  element.animate({ opacity: [0, 1] }, { duration: 350, easing: "ease-out" });
  flash(element);
}

/** Fade an element out, let what follows it close up, and remove it. */
export function vanish(element) {
  if (calm()) return void element.remove();
  const height = `${element.offsetHeight}px`;
  const whole = { height, minHeight: "0", overflow: "hidden" };
  const closed = { height: "0", minHeight: "0", overflow: "hidden", paddingBlock: "0", opacity: 0 };
  const leaving = element.animate([whole, { ...whole, opacity: 0, offset: 0.6 }, closed], {
    duration: 700,
    easing: "ease-in-out",
    fill: "forwards",
  });
  leaving.onfinish = () => element.remove();
  return undefined;
}
