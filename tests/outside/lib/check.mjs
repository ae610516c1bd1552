// Small assertions that say what was found.

export function equal(found, wanted, what) {
  if (found !== wanted) throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
}

export function holds(condition, what) {
  if (!condition) throw new Error(what);
}

export function contains(text, part, what) {
  if (!String(text).includes(part)) throw new Error(`${what}: ${JSON.stringify(String(text).slice(0, 300))} without ${JSON.stringify(part)}`);
}

/** A number that no other record of this run has. */
let last = 0;
export function fresh(word) {
  last += 1;
  return `${word}${String(last).padStart(3, "0")}`;
}
