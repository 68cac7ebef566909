import type { LoadBalancerDescription } from "@aws-sdk/client-elastic-load-balancing";
import type { Listener, LoadBalancer, TargetDescription, TargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import { isUnread, type Lists, type Reading, type Unread } from "./lists.js";
import type { Session } from "./session.js";

/** The load balancers that can carry mail: network ones with all that hangs on them, and classic ones. */
export interface Balancers {
  readonly network: Reading<NetworkBalancer>;
  readonly classic: Reading<LoadBalancerDescription>;
}

export interface NetworkBalancer {
  readonly balancer: LoadBalancer;
  readonly listeners: Reading<Listener>;
  readonly groups: Reading<GroupOfTargets>;
}

export interface GroupOfTargets {
  readonly group: TargetGroup;
  readonly targets: Reading<TargetDescription>;
  /** The attribute `preserve_client_ip.enabled`; undefined where AWS's default holds. */
  readonly preserved: string | Unread | undefined;
}

const service = "elasticloadbalancing";
/** Elastic Load Balancing's API reference: `PageSize` from 1 to 400. */
const perPage = 400;

/**
 * Loads the SDKs of Elastic Load Balancing and reads both generations, one load balancer after the other: their API is
 * throttled sooner than EC2's.
 * @throws InputError for every failure but a missing permission.
 */
export async function readBalancers({ settings }: Session, lists: Lists): Promise<Balancers> {
  const [newer, older] = await Promise.all([
    import("@aws-sdk/client-elastic-load-balancing-v2"),
    import("@aws-sdk/client-elastic-load-balancing"),
  ]);
  const client = new newer.ElasticLoadBalancingV2Client(settings);
  const classicClient = new older.ElasticLoadBalancingClient(settings);
  try {
    const classic = await lists.allowed(
      `${service}:DescribeLoadBalancers`,
      older.paginateDescribeLoadBalancers({ client: classicClient, pageSize: perPage }, {}, lists.options),
      (page) => page.LoadBalancerDescriptions,
    );
    return { classic, network: await new NetworkBalancers(newer, client, lists).read() };
  } finally {
    client.destroy();
    classicClient.destroy();
  }
}

type Sdk = typeof import("@aws-sdk/client-elastic-load-balancing-v2");

class NetworkBalancers {
  private readonly paging;

  constructor(
    private readonly sdk: Sdk,
    private readonly client: InstanceType<Sdk["ElasticLoadBalancingV2Client"]>,
    private readonly lists: Lists,
  ) {
    this.paging = { client, pageSize: perPage };
  }

  async read(): Promise<Reading<NetworkBalancer>> {
    const { sdk, lists, paging } = this;
    const found = await lists.allowed(
      `${service}:DescribeLoadBalancers`,
      sdk.paginateDescribeLoadBalancers(paging, {}, lists.options),
      (page) => page.LoadBalancers,
    );
    if (isUnread(found)) return found;
    const all: NetworkBalancer[] = [];
    for (const balancer of found) if (balancer.Type === "network") all.push(await this.whole(balancer));
    return all;
  }

  private async whole(balancer: LoadBalancer): Promise<NetworkBalancer> {
    const { sdk, lists, paging } = this;
    const named = { LoadBalancerArn: balancer.LoadBalancerArn };
    const listeners = await lists.allowed(
      `${service}:DescribeListeners`,
      sdk.paginateDescribeListeners(paging, named, lists.options),
      (page) => page.Listeners,
    );
    const groups = await lists.allowed(
      `${service}:DescribeTargetGroups`,
      sdk.paginateDescribeTargetGroups(paging, named, lists.options),
      (page) => page.TargetGroups,
    );
    if (isUnread(groups)) return { balancer, listeners, groups };
    const whole: GroupOfTargets[] = [];
    for (const group of groups) {
      whole.push({ group, targets: await this.targets(group), preserved: await this.preserved(group) });
    }
    return { balancer, listeners, groups: whole };
  }

  private async targets({ TargetGroupArn }: TargetGroup): Promise<Reading<TargetDescription>> {
    const command = new this.sdk.DescribeTargetHealthCommand({ TargetGroupArn });
    const answer = await this.lists.once(`${service}:DescribeTargetHealth`, () =>
      this.client.send(command, this.lists.options),
    );
    if (isUnread(answer)) return answer;
    return (answer.TargetHealthDescriptions ?? []).flatMap(({ Target }) => Target ?? []);
  }

  private async preserved({ TargetGroupArn }: TargetGroup): Promise<string | Unread | undefined> {
    const command = new this.sdk.DescribeTargetGroupAttributesCommand({ TargetGroupArn });
    const answer = await this.lists.once(`${service}:DescribeTargetGroupAttributes`, () =>
      this.client.send(command, this.lists.options),
    );
    if (isUnread(answer)) return answer;
    return answer.Attributes?.find(({ Key }) => Key === "preserve_client_ip.enabled")?.Value;
  }
}
