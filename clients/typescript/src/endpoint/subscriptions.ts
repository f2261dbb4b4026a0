import { InvalidOptionError, InvalidRequestTypeError, TooManySubscriptionsError } from "../errors.js";
import { partsOf, type DescMessage, type Subscribable } from "../events.js";
import { MAX_TYPES } from "../wire/limits.js";
import { Handling } from "./handling.js";
import type { Hub } from "./hub.js";
import type { Received } from "./received.js";
import { Topic, type Route } from "./routes.js";
import type { Subscriber } from "./subscriber.js";

/** What this endpoint subscribes to. */
export class Subscriptions {
  private readonly handlings = new Set<Handling<never, never>>();

  constructor(private readonly hub: Hub) {}

  /** Subscribes; the function that it returns ends that. */
  add<Input extends DescMessage, Output extends DescMessage>(
    event: Subscribable<Input, Output>,
    subscriber: Subscriber<Input, Output>,
  ): () => void {
    this.hub.checkRunning();
    const { input, output } = partsOf(event);
    const { route } = this.hub.use(input);
    if (output !== undefined) this.hub.use(output);
    const topic = this.topic(route, input);
    if (output !== undefined && (topic.response ??= output) !== output) {
      throw new InvalidRequestTypeError(
        input.typeName,
        `is bound to ${topic.response.typeName} here, not to ${output.typeName}`,
      );
    }
    topic.subscribers.push(subscriber as unknown as Subscriber<never, never>);
    if (!route.topics.includes(topic)) {
      // A new list: events may be on their way through the old one.
      route.topics = [...route.topics, topic];
      if (route.topics.length === 1) this.hub.announce(route);
    }
    return () => this.remove(route, topic, subscriber);
  }

  handle<Input extends DescMessage, Output extends DescMessage>(
    event: Subscribable<Input, Output>,
    atATime: number,
    handler: (received: Received<Input, Output>) => unknown,
  ): () => void {
    const name = partsOf(event).input.typeName;
    if (typeof handler !== "function") {
      throw new InvalidOptionError("handler", `a function that takes ${name} is expected, not ${typeof handler}`);
    }
    const handling = new Handling<Input, Output>(name, atATime, handler, this.hub.settings.logger);
    const unsubscribe = this.add(event, handling);
    this.handlings.add(handling as unknown as Handling<never, never>);
    return () => {
      this.handlings.delete(handling as unknown as Handling<never, never>);
      unsubscribe();
      handling.cancel();
    };
  }

  /** Nothing more is coming: resolves once no handler runs, and none is to run. */
  async finish(): Promise<void> {
    this.end();
    await Promise.all([...this.handlings].map((handling) => handling.finished()));
  }

  /** Streams end once they are read. */
  end(): void {
    const topics = this.hub.routes.subscribed.flatMap((route) => route.topics);
    for (const subscriber of topics.flatMap((topic) => topic.subscribers)) subscriber.end();
  }

  private topic(route: Route, schema: DescMessage): Topic {
    const known = route.topics.find((topic) => topic.schema === schema);
    if (known !== undefined) return known;
    if (route.topics.length === 0 && this.hub.routes.subscribed.length === MAX_TYPES) {
      throw new TooManySubscriptionsError(schema.typeName, MAX_TYPES);
    }
    return new Topic(schema);
  }

  private remove(route: Route, topic: Topic, subscriber: Subscriber<never, never>): void {
    const at = topic.subscribers.indexOf(subscriber);
    if (at < 0) return;
    topic.subscribers.splice(at, 1);
    if (topic.subscribers.length > 0) return;
    route.topics = route.topics.filter((other) => other !== topic);
    if (route.topics.length === 0) this.hub.renounce(route);
  }
}
