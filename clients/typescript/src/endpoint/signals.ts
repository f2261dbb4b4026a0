import { setMaxListeners } from "node:events";

/**
 * Calls a listener when the signal is aborted, or at once if it is; the function that it returns ends
 * that. Any number of calls may share a signal, of which Node warns otherwise.
 */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return () => {};
  if (signal.aborted) listener();
  setMaxListeners(0, signal);
  signal.addEventListener("abort", listener, { once: true });
  return () => signal.removeEventListener("abort", listener);
}

/** Rejects with the signal's reason. */
export function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => onAbort(signal, () => reject(signal.reason as Error)));
}
