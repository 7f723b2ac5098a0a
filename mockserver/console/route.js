// The page's state is its fragment: #/view?name=value&…, so that a colleague sees the same.

export const VIEWS = ["calls", "call", "state", "requests", "docs"];

/** The view and parameters that the address names. */
export function current() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const view = VIEWS.includes(path) ? path : "calls";
  return { view, params: Object.fromEntries(new URLSearchParams(query)) };
}

/** The moment of a call that parameters name, in seconds, or null for what is going on. */
export const momentIn = ({ at }) => (/^\d{1,9}(\.\d{1,6})?$/.test(at ?? "") ? Number(at) : null);

/** The number of a room's call that parameters name, or null for none. */
export const numberIn = ({ call }) => (/^[1-9]\d{0,8}$/.test(call ?? "") ? Number(call) : null);

/** The fragment for a view; empty parameters are left out. */
export function fragment(view, params = {}) {
  const stated = Object.entries(params).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const query = new URLSearchParams(stated).toString();
  return `#/${view}${query ? `?${query}` : ""}`;
}

/** Write down the state of the view that is open, without a new step in the history. */
export function note(view, params) {
  history.replaceState(null, "", fragment(view, params));
}

export function go(view, params) {
  location.hash = fragment(view, params);
}
