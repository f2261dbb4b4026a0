const LONGEST = 1000;

/** As much of a text as a goodbye, a failure or a line of a log needs. */
export function brief(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

/** A peer's own words, for people to read in one line. */
export function quoted(text: string): string {
  return JSON.stringify(brief(text));
}
