import { Cloud } from "./aws-deploy.js";
import { isolateAws } from "./aws-environment.js";
import { type Moto, startMoto } from "./moto.js";

/** A cloud in moto for the tests of the describe that calls this; it is empty before each. */
export function cloudInMoto(region: string): { readonly cloud: Cloud } {
  let moto: Moto | undefined;
  let cloud: Cloud | undefined;
  beforeAll(async () => {
    moto = await startMoto();
    isolateAws(moto.endpoint);
    cloud = new Cloud(region);
  }, 180_000);
  beforeEach(() => moto?.reset());
  afterAll(async () => {
    cloud?.destroy();
    await moto?.stop();
  });
  return {
    get cloud() {
      if (!cloud) throw new Error("moto has not started");
      return cloud;
    },
  };
}
