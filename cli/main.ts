#!/usr/bin/env node
import type * as commander from "commander";
import { InputError } from "../model/errors.js";
import { required } from "../model/required.js";
import type { AuditFlags } from "./audit.js";
import type { CheckFlags } from "./check.js";
import type { ExplainFlags } from "./explain.js";
import type { ReachFlags } from "./reach.js";
import { outliveReaders } from "./streams.js";
import { version } from "./version.js";

const { Command, CommanderError, Option } = required<typeof commander>("commander");

const collect = (value: string, all: string[] = []) => [...all, value];

const probeOptions = [
  new Option(
    "--connect-to <HOST:PORT:ADDRESS:PORT>",
    "connect elsewhere, judge names as planned (repeatable, as curl has it)",
  ).argParser(collect),
  new Option("--ca <FILE>", "PEM certificates to trust beside the system's"),
  new Option("--resolver <ADDRESS[:PORT]>", "DNS server to ask, trusted to validate (default: the system's)"),
  new Option(
    "--timeout <SECONDS>",
    "limit of each wait (default: 5 to connect, 40 for the greeting, 15 for an answer)",
  ),
  new Option("--concurrency <NUMBER>", "connections open at a time (default: 16, with --inventory 256)"),
  new Option("--per-host <NUMBER>", "of them to one host (default: 5)"),
  new Option("--inventory", "one connection an endpoint: what a good client sees, and nothing a server should refuse"),
  new Option(
    "--control <HOST[:PORT]>",
    "a host whose port is known to be open, to compare with (repeatable; without PORT the same port)",
  ).argParser(collect),
  new Option(
    "--from <PLACE>",
    "see it from there as well: ssh://USER@HOST or globalping:COUNTRY (repeatable)",
  ).argParser(collect),
  new Option("--enumerate", "every TLS version and cipher suite that is taken: dozens of connections, one at a time"),
];
const profile = new Option(
  "--profile <NAME>",
  "hold a standard against what is known: rfc, nist-800-52r2, bsi, ncsc-nl-2025-05, pci-dss-4.0.1, mozilla-modern, mozilla-intermediate (repeatable)",
).argParser(collect);
const failOn = new Option(
  "--fail-on <SEVERITY>",
  "lowest severity that fails: critical, high, medium, low, info",
).default("low");

const program = new Command("port587")
  .description("Is port 587 blocked, and by whom? Will this change break or expose mail? Can I prove it to an auditor?")
  .version(version)
  .exitOverride()
  .showSuggestionAfterError()
  .addHelpText(
    "after",
    `
Exit codes: 0 clean, 1 findings at or above --fail-on, 2 wrong usage or input, 3 something could not be decided or probed.

Examples:
  port587 check mail.example.com
  port587 check mail.example.com:587 --json
  port587 audit stack.json /etc/postfix
  port587 explain --config /etc/postfix
  port587 audit --live --format terminal --format html=report.html`,
  );

withOptions(
  program
    .command("check")
    .description("probe endpoints: is submission blocked or broken here, and by whom?")
    .argument("<HOST[:PORT]...>", "mail.example.com, mail.example.com:2525, [2001:db8::7]:587")
    .option("--ports <LIST>", "ports to probe where none is named (default: 587,465)")
    .addOption(
      new Option(
        "--domain <DOMAIN>",
        "mail domain that submits here: what it publishes, held against the ports (repeatable)",
      ).argParser(collect),
    )
    .option(
      "--user <NAME>",
      "log in, once, inside verified TLS; the password comes from PORT587_PASSWORD, a file or the terminal",
    )
    .option("--password-file <FILE>", "file that holds the password or the token")
    .option(
      "--mechanism <NAME>",
      "SASL mechanism (default: the strongest for a password); OAUTHBEARER and XOAUTH2 take a token",
    )
    .option(
      "--send-test <ADDRESS>",
      "send one message to an address of yours, from the account, through the first port, once the login is accepted",
    )
    .option(
      "--received <FILE>",
      "the test message as it arrived, saved with all its fields (- for standard input): what its Received line says",
    )
    .option("--dry-run", "print connections, round trips and bytes, and touch nothing")
    .option("--json", "print the report as JSON"),
).action(async (hosts: string[], flags: CheckFlags) => {
  const { check } = await import("./check.js");
  process.exitCode = await check(hosts, flags);
});

withOptions(
  program
    .command("audit")
    .description("judge planned stacks and mail configurations; with --live, confirm each finding on the wire")
    .argument(
      "[PATH...]",
      "stack exports, `pulumi preview --json` output, Postfix directories, JSON of sslyze or testssl.sh, port587.yaml; default: the port587.yaml found upward from here",
    )
    .option("--live", "probe the declared endpoints")
    .option("--aws", "read security groups, interfaces and instances of one AWS account and Region")
    .option("--region <REGION>", "AWS Region (default: AWS_REGION or the profile's)")
    .addOption(
      new Option("--format <NAME[=FILE]>", "terminal, json, html, sarif or junit (repeatable)").argParser(collect),
    ),
).action(async (paths: string[], flags: AuditFlags) => {
  const { audit } = await import("./audit.js");
  process.exitCode = await audit(paths, flags);
});

program
  .command("reach")
  .description("explain who can open a port, which rule on which layer decides, and the smallest change")
  .argument("[PATH...]", "sources as for audit")
  .option("--port <PORT>", "TCP port", "587")
  .option("--from <WHO>", "internet, private, addresses and CIDR blocks; or a machine: then the way out is explained")
  .option("--to <WHERE>", "a machine or a declared host; with a machine in --from: addresses and CIDR blocks")
  .option("--json", "print JSON, one object per subject")
  .option("--picture <FILE.svg>", "draw the way as well")
  .action(async (paths: string[], flags: ReachFlags) => {
    const { reach } = await import("./reach.js");
    process.exitCode = await reach(paths, flags);
  });

program
  .command("explain")
  .description("say what mail definitions will make their ports do, and which line decides each fact")
  .addOption(
    new Option("--config <PATH>", "configuration directory or file, stack or manifests (repeatable)")
      .argParser(collect)
      .makeOptionMandatory(),
  )
  .option("--release <VERSION>", "release of the mail server (default: what all supported ones agree on)")
  .option("--json", "print the facts as JSON, as they stand in the report")
  .action(async (flags: ExplainFlags) => {
    const { explain } = await import("./explain.js");
    process.exitCode = await explain(flags);
  });

function withOptions(command: commander.Command): commander.Command {
  for (const option of [...probeOptions, profile, failOn]) command.addOption(option);
  return command;
}

outliveReaders();
program
  .parseAsync()
  .catch((error: unknown) => {
    process.exitCode = report(error);
  })
  .finally(leave);

/** Ends at once where everything is written: taking down what Node holds costs ten milliseconds. */
function leave(): void {
  if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit();
}

/** Wrong usage and wrong input are the user's to mend; everything else is our own failure. All are exit code 2. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof InputError) process.stderr.write(`port587: ${error.message}\n`);
  else
    process.stderr.write(
      `port587 failed, and it is not your fault: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
  return 2;
}
