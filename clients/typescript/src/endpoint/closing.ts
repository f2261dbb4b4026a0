import { Goodbye_Reason as Reason } from "../gen/lahja_wire_pb.js";
import type { Link } from "../link/link.js";
import type { Hub } from "./hub.js";
import { rejection } from "./signals.js";
import { within } from "./waiters.js";

/** Peers with the number of events that they had not taken when the connection ended. */
export interface Stopped {
  readonly unconfirmed: readonly { readonly endpoint: string; readonly events: number }[];
}

/**
 * Closes links in order, so that nothing that was accepted is lost without a word: what is under way
 * arrives, handlers finish, answers go out, and goodbye is said.
 */
export async function close(hub: Hub, links: Link[], handlersFinish: () => Promise<void>): Promise<Stopped> {
  const { drainTimeout, logger } = hub.settings;
  const deadline = performance.now() + drainTimeout;
  for (const link of links) link.unsubscribe();
  const removals = links.map((link) => link.confirmation());
  const drained = within({ timeout: drainTimeout }, () => "handlers", async (over) => {
    await hub.waiters.until(() => removals.every((isConfirmed) => isConfirmed()), over);
    await Promise.race([handlersFinish(), rejection(over)]);
    await hub.waiters.until(() => links.every((link) => !link.owesAnswers), over);
  });
  await drained.catch(() =>
    logger.warn(`lahja: ${hub.me.name} did not finish what it does within ${drainTimeout} ms`),
  );
  for (const link of links) {
    link.failAll("the endpoint is stopping");
    link.sayGoodbye(Reason.SHUTDOWN, "");
    // Peers that are there get the time to answer, also past the deadline.
    link.leaveBy(Math.max(deadline, performance.now() + drainTimeout / 10));
  }
  await hub.waiters.until(() => links.every((link) => link.isOver));
  const unconfirmed = links
    .map((link) => ({ endpoint: link.name, events: link.unconfirmed }))
    .filter(({ events }) => events > 0);
  return { unconfirmed };
}
