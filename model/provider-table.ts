/** `unclear`: reports disagree, or nothing is known. */
export type PortState = "blocked" | "throttled" | "open" | "unclear";

export const smtpPorts = [25, 465, 587, 2525] as const;
export type SmtpPort = (typeof smtpPorts)[number];

/** What one provider does by default to outbound SMTP to public addresses, as its documentation or reports have it. */
export interface ProviderBlock {
  readonly id: ProviderId;
  /** What people call it. */
  readonly name: string;
  /** The products or accounts that this row is about, where it is not all of them. */
  readonly scope?: string;
  /** What decides it and no program shows: without it the answer is unknown. */
  readonly condition?: string;
  readonly ports: Readonly<Record<SmtpPort, PortState>>;
  readonly liftable: "yes" | "seldom" | "no" | "not needed" | "unclear";
  readonly how: string;
  /** The page that says so, or the report. */
  readonly source: string;
  /** The day on which it was last seen to say so; absent where no page was seen. */
  readonly seenOn?: string;
  /** From 0 to 1: that the ports named here are blocked as it says. */
  readonly certainty: number;
}

export type ProviderId =
  | "aws"
  | "gcp"
  | "azure"
  | "digitalocean"
  | "hetzner"
  | "hetzner-robot"
  | "linode"
  | "vultr"
  | "ovh"
  | "ovh-local-zone"
  | "scaleway"
  | "oci"
  | "alibaba"
  | "baidu"
  | "ibm"
  | "fly"
  | "render"
  | "railway"
  | "heroku"
  | "cloudflare-workers"
  | "vercel"
  | "contabo"
  | "psychz"
  | "genesis"
  | "cloudzy";

const states = { b: "blocked", t: "throttled", o: "open", "?": "unclear" } as const;

/** Four letters, one a port: 25, 465, 587, 2525. */
function ports(letters: `${keyof typeof states}${keyof typeof states}${keyof typeof states}${keyof typeof states}`) {
  const [a, b, c, d] = [...letters].map((letter) => states[letter as keyof typeof states]);
  return { 25: a, 465: b, 587: c, 2525: d } as Readonly<Record<SmtpPort, PortState>>;
}

/** The table: dated, for providers change it. */
export const providerBlocks: readonly ProviderBlock[] = [
  {
    id: "aws",
    name: "AWS",
    scope: "EC2 and Lambda",
    condition: "whether AWS removed the restriction of port 25 for this account and Region",
    ports: ports("booo"),
    liftable: "yes",
    how: "the form to remove e-mail sending limits, for each account and Region, with reverse DNS",
    source: "Amazon SES Developer Guide, Connecting to an Amazon SES SMTP endpoint",
    seenOn: "2026-11-24",
    certainty: 0.95,
  },
  {
    id: "gcp",
    name: "Google Cloud",
    ports: ports("booo"),
    liftable: "seldom",
    how: "some projects are exempt; others use a relay on 587 or 465",
    source: "Google Cloud documentation, Sending email from an instance",
    seenOn: "2026-11-24",
    certainty: 0.9,
  },
  {
    id: "azure",
    name: "Azure",
    scope: "Enterprise Agreement and MCA-E subscriptions",
    condition: "the type of the Azure subscription",
    ports: ports("oooo"),
    liftable: "not needed",
    how: "",
    source: "learn.microsoft.com, Troubleshoot outbound SMTP connectivity problems in Azure",
    seenOn: "2026-11-24",
    certainty: 0.9,
  },
  {
    id: "azure",
    name: "Azure",
    scope: "other subscriptions since 2017-11-15",
    condition: "the type of the Azure subscription",
    ports: ports("booo"),
    liftable: "seldom",
    how: "move to an Enterprise Agreement or MCA-E; Azure states that 587 is open in every subscription",
    source: "learn.microsoft.com, Troubleshoot outbound SMTP connectivity problems in Azure",
    seenOn: "2026-11-24",
    certainty: 0.9,
  },
  {
    id: "digitalocean",
    name: "DigitalOcean",
    ports: ports("bbbo"),
    liftable: "seldom",
    how: "a support ticket, often refused; accounts from before the block may be exempt",
    source: "docs.digitalocean.com/support/why-is-smtp-blocked",
    seenOn: "2025-05-23",
    certainty: 0.9,
  },
  {
    id: "hetzner",
    name: "Hetzner Cloud",
    ports: ports("bboo"),
    liftable: "yes",
    how: "a limit request after the first paid invoice",
    source: "docs.hetzner.com/cloud/servers/faq",
    seenOn: "2026-05-30",
    certainty: 0.95,
  },
  {
    id: "hetzner-robot",
    name: "Hetzner",
    scope: "dedicated servers",
    ports: ports("oooo"),
    liftable: "not needed",
    how: "",
    source: "no page seen",
    certainty: 0.6,
  },
  {
    id: "linode",
    name: "Linode",
    scope: "accounts since 2019-11-05",
    ports: ports("bbbo"),
    liftable: "yes",
    how: "a support ticket, with A records and reverse DNS set",
    source: "linode.com/blog/linode/a-new-policy-to-help-fight-spam",
    seenOn: "2026-11-24",
    certainty: 0.95,
  },
  {
    id: "vultr",
    name: "Vultr",
    ports: ports("booo"),
    liftable: "seldom",
    how: "a support ticket, often refused to new accounts",
    source: "github.com/LukeSmithxyz/emailwiz/issues/172",
    seenOn: "2026-11-24",
    certainty: 0.8,
  },
  {
    id: "ovh",
    name: "OVHcloud",
    scope: "VPS, Public Cloud and dedicated servers",
    condition: "the OVHcloud product, and whether its anti-spam system blocked port 25 of the address",
    ports: ports("?ooo"),
    liftable: "yes",
    how: "unblock the address in the control panel",
    source: "support.us.ovhcloud.com, AntiSpam Best Practices; github.com/ovh/ovhcloud-docs/pull/593",
    seenOn: "2026-08-18",
    certainty: 0.5,
  },
  {
    id: "ovh-local-zone",
    name: "OVHcloud",
    scope: "Local Zones",
    ports: ports("bbb?"),
    liftable: "unclear",
    how: "",
    source: "github.com/ovh/infrastructure-roadmap/issues/421",
    seenOn: "2026-11-24",
    certainty: 0.6,
  },
  {
    id: "scaleway",
    name: "Scaleway",
    scope: "Instances whose security group enables default security",
    ports: ports("bbbo"),
    liftable: "yes",
    how: "an authorised organisation, then `enable_default_security = false` in the security group",
    source: "Scaleway provider, instance security group, enable_default_security",
    seenOn: "2026-11-24",
    certainty: 0.98,
  },
  {
    id: "oci",
    name: "Oracle Cloud",
    condition: "whether the tenancy is from before the block of port 25, or has an exemption",
    ports: ports("booo"),
    liftable: "yes",
    how: "a service limit request of a paid tenancy",
    source: "bitbucket.org/analogic/mailserver/issues/975",
    seenOn: "2026-11-24",
    certainty: 0.7,
  },
  {
    id: "alibaba",
    name: "Alibaba Cloud",
    scope: "ECS",
    ports: ports("booo"),
    liftable: "yes",
    how: "the console's request to unblock port 25",
    source: "jp.alibabacloud.com/help/doc-detail/49123",
    seenOn: "2019-01-01",
    certainty: 0.8,
  },
  {
    id: "baidu",
    name: "Baidu AI Cloud",
    scope: "elastic addresses",
    ports: ports("booo"),
    liftable: "no",
    how: "use 587",
    source: "Baidu AI Cloud, EIP, TCP Port 25 restriction",
    seenOn: "2026-11-24",
    certainty: 0.85,
  },
  {
    id: "ibm",
    name: "IBM Cloud",
    ports: ports("booo"),
    liftable: "no",
    how: "use 587 or 465",
    source: "no page seen",
    certainty: 0.6,
  },
  {
    id: "fly",
    name: "Fly.io",
    ports: ports("booo"),
    liftable: "unclear",
    how: "support",
    source: "no page seen",
    certainty: 0.4,
  },
  {
    id: "render",
    name: "Render",
    scope: "free services since 2025-09-26",
    condition: "whether the Render service has a paid instance type",
    ports: ports("bbbo"),
    liftable: "yes",
    how: "any paid instance type",
    source: "Render support, quoted in articles",
    seenOn: "2026-11-24",
    certainty: 0.9,
  },
  {
    id: "railway",
    name: "Railway",
    scope: "Free, Trial and Hobby plans",
    condition: "the Railway plan",
    ports: ports("bbb?"),
    liftable: "yes",
    how: "the Pro plan and above",
    source: "docs.railway.com, outbound networking; github.com/railwayapp/docs/issues/1126",
    seenOn: "2026-11-24",
    certainty: 0.9,
  },
  {
    id: "heroku",
    name: "Heroku",
    ports: ports("?ooo"),
    liftable: "unclear",
    how: "",
    source: "no page seen",
    certainty: 0.4,
  },
  {
    id: "cloudflare-workers",
    name: "Cloudflare Workers",
    scope: "TCP sockets, with an error instead of a timeout",
    ports: ports("booo"),
    liftable: "no",
    how: "",
    source: "developers.cloudflare.com, Workers, TCP sockets",
    seenOn: "2026-11-24",
    certainty: 0.9,
  },
  {
    id: "vercel",
    name: "Vercel",
    scope: "functions",
    ports: ports("bo?o"),
    liftable: "no",
    how: "",
    source: "github.com/vercel/docs/issues/193",
    seenOn: "2018-01-01",
    certainty: 0.5,
  },
  {
    id: "contabo",
    name: "Contabo",
    ports: ports("tooo"),
    liftable: "unclear",
    how: "",
    source: "no page seen",
    certainty: 0.4,
  },
  {
    id: "psychz",
    name: "Psychz",
    scope: "cVirtual, cMetal and iColocation",
    ports: ports("boo?"),
    liftable: "yes",
    how: "a support ticket or a request in the dashboard",
    source: "psychz.net, Outbound SMTP Port Policy",
    seenOn: "2026-03-19",
    certainty: 0.95,
  },
  {
    id: "genesis",
    name: "Genesis Cloud",
    condition: "which ports Genesis Cloud means by outbound SMTP ports, and whether the contract lifts them",
    ports: ports("b???"),
    liftable: "seldom",
    how: "a separate contract",
    source: "support.genesiscloud.com, Understanding the SMTP port blocking on our platform",
    seenOn: "2026-11-24",
    certainty: 0.85,
  },
  {
    id: "cloudzy",
    name: "Cloudzy",
    ports: ports("bbbb"),
    liftable: "seldom",
    how: "a support ticket, decided case by case",
    source: "cloudzy.com/kb/smtp-ports-on-cloudzy-servers",
    seenOn: "2026-11-24",
    certainty: 0.95,
  },
];
