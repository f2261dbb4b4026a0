import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Endpoint, type EndpointOptions } from "../../src/index.js";

/** How long anything may take: only what is broken takes so long. */
export const LONG = 20_000;

export const SILENT = { warn: () => {}, error: () => {} };

/** A folder for sockets that is removed after the test. */
export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "lahja-ts-"));
  chmodSync(path, 0o700);
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Endpoints in one folder, which are stopped after the test. */
export class World {
  readonly directory: string;
  private readonly endpoints: Endpoint[] = [];

  constructor(
    t: TestContext,
    private readonly options: EndpointOptions = {},
  ) {
    this.directory = folder(t);
    t.after(() => Promise.all(this.endpoints.map((endpoint) => endpoint.stop())));
  }

  async serve(name: string, options: EndpointOptions = {}): Promise<Endpoint> {
    const endpoint = await Endpoint.serve(name, {
      directory: this.directory,
      logger: SILENT,
      ...this.options,
      ...options,
    });
    this.endpoints.push(endpoint);
    return endpoint;
  }

  /** alice, connected to bob. */
  async pair(
    bobs: EndpointOptions = {},
    alices: EndpointOptions = {},
  ): Promise<{ alice: Endpoint; bob: Endpoint }> {
    const bob = await this.serve("bob", bobs);
    const alice = await this.serve("alice", alices);
    await alice.connectTo("bob");
    await bob.waitUntilConnectedTo("alice");
    return { alice, bob };
  }
}

setFlagsFromString("--expose-gc");
export const collectGarbage = runInNewContext("gc") as () => void;

/** Resolves once the condition holds. */
export async function eventually(condition: () => boolean, what = condition.toString()): Promise<void> {
  const deadline = performance.now() + LONG;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
