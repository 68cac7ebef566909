import type { Estate } from "../../model/network.js";
import { accountOf, toEstate } from "./estate.js";
import { readInventory } from "./inventory.js";
import { type AwsOptions, openSession } from "./session.js";

/**
 * Reads the security groups, their rules, prefix lists, network interfaces and instances that are deployed in one
 * Region of one account, through the EC2 API with the default credential chain.
 * @throws InputError when no Region or credentials are set, a permission is missing, or the API cannot be reached.
 */
export async function readAws(
  options: AwsOptions = {},
): Promise<{ estate: Estate; account: string | undefined; region: string }> {
  const session = await openSession(options);
  try {
    const inventory = await readInventory(session);
    return { estate: toEstate(inventory), account: accountOf(inventory), region: session.region };
  } finally {
    session.client.destroy();
  }
}
