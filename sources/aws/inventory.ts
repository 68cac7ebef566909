import type { NetworkInterface as Eni, Instance, SecurityGroup, SecurityGroupRule } from "@aws-sdk/client-ec2";
import { InputError } from "../../model/errors.js";
import { explain } from "./failures.js";
import type { Session } from "./session.js";

/** What one Region of one account holds, as the API says it. */
export interface Inventory {
  readonly region: string;
  readonly groups: readonly SecurityGroup[];
  readonly rules: readonly SecurityGroupRule[];
  readonly enis: readonly Eni[];
  readonly instances: readonly OwnedInstance[];
  /** CIDR blocks by prefix list id, of the lists that rules refer to; undefined: the account may not see that list. */
  readonly prefixLists: ReadonlyMap<string, readonly string[] | undefined>;
}

export interface OwnedInstance {
  readonly instance: Instance;
  readonly ownerId: string | undefined;
}

/** Ten times the largest Region AWS's quotas allow by default; a list that never ends is no list. */
const mostPages = 1_000;
const perPage = 1_000;
/** GetManagedPrefixListEntries takes no more (EC2 API reference). */
const entriesPerPage = 100;
const longest = 10 * 60_000;

/**
 * Reads everything, page by page.
 * @throws InputError when a call is refused, unreachable, or does not end.
 */
export async function readInventory({ sdk, client, region }: Session): Promise<Inventory> {
  const failed = new AbortController();
  const signal = { abortSignal: AbortSignal.any([AbortSignal.timeout(longest), failed.signal]) };
  const paging = { client, pageSize: perPage };
  const list = <Page extends Paged, Item>(
    action: string,
    pages: AsyncIterable<Page>,
    items: (page: Page) => Item[] | undefined,
  ) =>
    drain(pages, items).catch((error: unknown) => {
      throw explain(error, `aws:${region}`, action);
    });

  const [groups, rules, enis, reservations] = await Promise.all([
    list("DescribeSecurityGroups", sdk.paginateDescribeSecurityGroups(paging, {}, signal), (p) => p.SecurityGroups),
    list(
      "DescribeSecurityGroupRules",
      sdk.paginateDescribeSecurityGroupRules(paging, {}, signal),
      (p) => p.SecurityGroupRules,
    ),
    list(
      "DescribeNetworkInterfaces",
      sdk.paginateDescribeNetworkInterfaces(paging, {}, signal),
      (p) => p.NetworkInterfaces,
    ),
    list("DescribeInstances", sdk.paginateDescribeInstances(paging, {}, signal), (p) => p.Reservations),
  ]).catch((error: unknown) => {
    failed.abort();
    throw error;
  });

  const prefixLists = new Map<string, readonly string[] | undefined>();
  for (const id of new Set(rules.flatMap((rule) => rule.PrefixListId ?? []))) {
    const pages = sdk.paginateGetManagedPrefixListEntries(
      { ...paging, pageSize: entriesPerPage },
      { PrefixListId: id },
      signal,
    );
    const entries = drain(pages, (page) => page.Entries).catch((error: unknown) => {
      if (error instanceof Error && error.name === "InvalidPrefixListID.NotFound") return undefined;
      throw explain(error, `aws:${region}`, "GetManagedPrefixListEntries");
    });
    prefixLists.set(
      id,
      (await entries)?.flatMap(({ Cidr }) => Cidr ?? []),
    );
  }

  const instances = reservations.flatMap(({ Instances = [], OwnerId }) =>
    Instances.map((instance) => ({ instance, ownerId: OwnerId })),
  );
  return { region, groups, rules, enis, instances, prefixLists };
}

interface Paged {
  readonly NextToken?: string | undefined;
}

/** Half a list would look like a closed firewall, so a list that does not end properly is an error. */
async function drain<Page extends Paged, Item>(
  pages: AsyncIterable<Page>,
  items: (page: Page) => Item[] | undefined,
): Promise<Item[]> {
  const all: Item[] = [];
  let count = 0;
  let token: string | undefined;
  for await (const page of pages) {
    if (++count > mostPages || (page.NextToken && page.NextToken === token)) {
      const mend = "Check AWS_ENDPOINT_URL: the EC2 API of AWS ends its lists.";
      throw new InputError("AWS endpoint", `a list does not end (after ${count} pages)`, mend);
    }
    token = page.NextToken;
    for (const item of items(page) ?? []) all.push(item);
  }
  return all;
}
