import { jest } from "@jest/globals";
import { type PulumiEngine, pulumiEngine } from "../../setup/pulumi.js";

/** Building the engine takes some minutes, once. */
const building = 15 * 60_000;

/** A preview starts half a dozen processes; on a busy machine that takes its time. */
const previewing = 2 * 60_000;

/** The real engine for the tests of one file. */
export function withEngine(): () => PulumiEngine {
  jest.setTimeout(previewing);
  let engine: Awaited<ReturnType<typeof pulumiEngine>> | undefined;
  const path = process.env.PATH;
  beforeAll(async () => {
    engine = await pulumiEngine();
    // The Automation API looks for the engine on its own process's path.
    process.env.PATH = engine.env.PATH;
  }, building);
  afterAll(() => {
    process.env.PATH = path;
    engine?.dispose();
  });
  return () => {
    if (!engine) throw new Error("the engine is there within tests alone");
    return engine;
  };
}
