import { InputError } from "../../model/errors.js";

/** A Postfix release as a number that sorts: 3.10 is 310. */
export type Version = number;

/** The releases at which a default or a syntax that decides a fact changes, oldest and newest included. */
export const milestones: readonly Version[] = [305, 306, 309, 310, 311];

export const newest = milestones.at(-1) as Version;

/** What is missing of a release that came out later than the newest known one. */
export function defaultsOf(version: Version): string {
  return `the defaults of Postfix ${versionName(version)} (known up to ${versionName(newest)})`;
}

export function versionName(version: Version): string {
  return `${Math.floor(version / 100)}.${version % 100}`;
}

/** The maintenance release of `3.7.11`: 11; undefined where none is named. */
export function patchOf(text: string | undefined): number | undefined {
  const patch = /^\d+\.\d+\.(\d{1,4})/.exec(text ?? "")?.[1];
  return patch === undefined ? undefined : Number(patch);
}

/** Reads `3.7` or `3.7.11`. @throws InputError when it is no release from 3.5 on. */
export function parseVersion(text: string, where: string): Version {
  const [, major, minor] = /^(\d{1,2})\.(\d{1,2})(?:[.-].*)?$/.exec(text) ?? [];
  const version = Number(major) * 100 + Number(minor);
  if (major === undefined || !(version >= (milestones[0] as Version)))
    throw new InputError(where, "the declared Postfix version is not supported", 'Declare a release from "3.5" on.');
  return version;
}
