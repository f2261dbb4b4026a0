/** The largest frame before the receiver's `Hello`, and the least that a `Hello` may announce. */
export const FRAME_LIMIT_BEFORE_HELLO = 64 * 1024;
export const DEFAULT_MAX_FRAME_LEN = 16 * 1024 * 1024;
export const PREFIX_LEN = 4;
export const MAX_TYPES = 4096;

/** What an event costs beside its frame's length, so that empty events are bounded too. */
const EVENT_OVERHEAD = 64;

export function cost(frameLen: number): number {
  return frameLen + EVENT_OVERHEAD;
}
