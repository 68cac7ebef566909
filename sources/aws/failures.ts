import { InputError } from "../../model/errors.js";

/** What there is no answer without; every one is a read-only action, as are those below. */
const needed = [
  "ec2:DescribeInstances",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSecurityGroupRules",
  "ec2:DescribeSecurityGroups",
];

/** Where one of these is not allowed, what it would tell is unknown. */
const useful = [
  "ec2:DescribeNatGateways",
  "ec2:DescribeNetworkAcls",
  "ec2:DescribeRouteTables",
  "ec2:DescribeSubnets",
  "ec2:DescribeVpcBlockPublicAccessExclusions",
  "ec2:DescribeVpcBlockPublicAccessOptions",
  "ec2:DescribeVpcEndpoints",
  "ec2:DescribeVpcs",
  "ec2:GetManagedPrefixListEntries",
  "elasticloadbalancing:DescribeListeners",
  "elasticloadbalancing:DescribeLoadBalancers",
  "elasticloadbalancing:DescribeTargetGroupAttributes",
  "elasticloadbalancing:DescribeTargetGroups",
  "elasticloadbalancing:DescribeTargetHealth",
];

const denial = /UnauthorizedOperation|AccessDenied|NotAuthorized/;

/** These credentials are good, and may not do that. */
export function isDenied(error: unknown): boolean {
  return error instanceof Error && "$fault" in error && denial.test(error.name);
}

/**
 * Says what an AWS error means and what to do. AWS's own message is left out: it can hold the caller's identity and an
 * encoded policy decision.
 */
export function explain(error: unknown, where: string, doing: string): InputError {
  if (error instanceof InputError) return error;
  const { name, code, text } = partsOf(error);
  const [, problem, mend] = meanings.find(([pattern]) => pattern.test(`${name} ${code} ${text}`)) ?? [
    /./,
    `AWS answered ${name}`,
    "Try the same call with `aws ec2` in this Region to see the full answer.",
  ];
  return new InputError(where, `${doing}: ${problem}${code ? ` (${code})` : ""}`, mend);
}

const meanings: readonly (readonly [pattern: RegExp, problem: string, mend: string])[] = [
  [
    /Region is missing|Region not accepted/,
    "no usable AWS Region is set",
    "Give --region, set AWS_REGION, or write `region` into the profile in ~/.aws/config.",
  ],
  [
    /CredentialsProviderError|Resolved credential object is not valid|Could not load credentials/,
    "no AWS credentials were found",
    "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY, or sign in with `aws sso login`.",
  ],
  [
    denial,
    "these credentials may not do that",
    `Allow them to read: ${needed.join(", ")}; for the layers around the groups also ${useful.join(", ")}.`,
  ],
  [
    /AuthFailure|InvalidClientTokenId|SignatureDoesNotMatch|ExpiredToken|RequestExpired|InvalidAccessKeyId|UnrecognizedClient|OptInRequired/,
    "AWS did not accept the credentials in this Region",
    "Renew them (`aws sso login`, new keys), check this machine's clock, and check that the Region is enabled for the account.",
  ],
  [
    /RequestLimitExceeded|Throttl|TooManyRequests|SlowDown|Unavailable|InternalError|InternalFailure/,
    "AWS kept refusing for now, after several tries",
    "Try again in some minutes; other tools may be using up the account's request rate.",
  ],
  [
    /TimeoutError|AbortError|ECONN|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|CERT|certificate|EPROTO/,
    "the endpoint could not be reached",
    "Check the Region's name, AWS_ENDPOINT_URL, the proxy settings and this machine's way to the internet.",
  ],
  [
    /SyntaxError|Deserialization|Unclosed tag|XML|Unexpected token|Expression/,
    "the endpoint did not answer as the EC2 API does",
    "Check AWS_ENDPOINT_URL: it must be an EC2 endpoint, not a web page or a proxy's error.",
  ],
];

/** Of AWS's own errors the code alone is looked at; of the SDK's and the system's, the words too. */
function partsOf(error: unknown): { name: string; code: string; text: string } {
  if (!(error instanceof Error)) return { name: "an unknown error", code: "", text: "" };
  if ("$fault" in error) return { name: error.name, code: "", text: "" };
  const code = /\bE[A-Z_]{4,}\b/.exec(`${(error as NodeJS.ErrnoException).code} ${error.message}`)?.[0] ?? "";
  return { name: error.name, code, text: error.message };
}
