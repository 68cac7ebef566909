import { type PulumiEngine, pulumiEngine } from "../../setup/pulumi.js";

/** Building the engine takes some minutes, once. */
const building = 15 * 60_000;

/** The real engine for the tests of one file. */
export function withEngine(): () => PulumiEngine {
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
