import type { VpcBlockPublicAccessExclusion, VpcBlockPublicAccessOptions } from "@aws-sdk/client-ec2";
import type { Lists, Reading, Unread } from "./lists.js";
import type { Session } from "./session.js";

/** VPC Block Public Access of the Region. */
export interface PublicAccess {
  /** Undefined: this Region's API does not have it. */
  readonly options: VpcBlockPublicAccessOptions | Unread | undefined;
  readonly exclusions: Reading<VpcBlockPublicAccessExclusion>;
}

/** The endpoint knows no such action, so there is nothing that could be set. */
const unheardOf = /InvalidAction|UnsupportedOperation|UnknownOperation/;

/** The SDK has no paginator for these. */
async function* pagesOfExclusions({ sdk, client }: Pick<Session, "sdk" | "client">, { options }: Lists) {
  let next: string | undefined;
  do {
    const asked = { MaxResults: 1_000, ...(next ? { NextToken: next } : {}) };
    const page = await client.send(new sdk.DescribeVpcBlockPublicAccessExclusionsCommand(asked), options);
    next = page.NextToken;
    yield page;
  } while (next);
}

/** @throws InputError for every failure but a missing permission. */
export async function readPublicAccess({ sdk, client }: Session, lists: Lists): Promise<PublicAccess> {
  const command = new sdk.DescribeVpcBlockPublicAccessOptionsCommand({});
  const options = await lists.once("ec2:DescribeVpcBlockPublicAccessOptions", () =>
    client.send(command, lists.options).then(
      (answer) => answer.VpcBlockPublicAccessOptions,
      (error: unknown) => {
        if (error instanceof Error && unheardOf.test(error.name)) return undefined;
        throw error;
      },
    ),
  );
  if (options === undefined) return { options, exclusions: [] };
  const exclusions = await lists.allowed(
    "ec2:DescribeVpcBlockPublicAccessExclusions",
    pagesOfExclusions({ sdk, client }, lists),
    (page) => page.VpcBlockPublicAccessExclusions,
  );
  return { options, exclusions };
}
