import { readServers } from "../mail/index.js";
import { InputError } from "../model/errors.js";
import { Subjects } from "../model/subjects.js";
import { renderExplanation } from "../reports/explain.js";
import { noticeLines } from "../reports/notices.js";
import { sortedFacts } from "../reports/order.js";
import { readSources } from "../sources/index.js";
import { declared } from "./declared.js";
import { styleOf } from "./style.js";

export interface ExplainFlags {
  config: string[];
  release?: string;
  json?: boolean;
}

/**
 * `port587 explain --config PATH`: what the mail definitions say their ports will do, and the line that decides each fact.
 * Returns 0, for it explains and `audit` judges; 2 where something in a directory could not be read.
 */
export async function explain(flags: ExplainFlags): Promise<number> {
  const { written, sources } = await declared(flags.config);
  const { estate, failures } = await readSources(sources);
  if (estate.definitions.length === 0)
    throw new InputError(
      flags.config.join(", "),
      "holds no mail definition",
      "Name a mail server's configuration directory or file, a stack or manifests that carry one.",
    );
  const { release: version } = flags;
  const definitions = estate.definitions.map((each) => (version === undefined ? each : { ...each, version }));
  const { facts, notices, open, broken } = await readServers(
    definitions,
    new Subjects(written, estate.interfaces, estate.containers),
  );
  if (broken[0] && broken.length === definitions.length) throw broken[0].error;
  const sorted = sortedFacts(facts);
  process.stdout.write(
    flags.json ? `${JSON.stringify(sorted, null, 2)}\n` : renderExplanation(sorted, styleOf(process.stdout)),
  );
  for (const line of noticeLines([...notices, ...open])) process.stderr.write(`port587: ${line}\n`);
  const errors = [...failures, ...broken.map(({ error }) => error)];
  for (const { message } of errors) process.stderr.write(`port587: ${message}\n`);
  return errors.length > 0 ? 2 : 0;
}
