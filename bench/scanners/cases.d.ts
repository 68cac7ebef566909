export interface Case {
  readonly name: string;
  readonly truth: "open" | "closed" | "partial";
  readonly from: string;
  readonly to: string;
  readonly resources: readonly {
    readonly type: string;
    readonly name: string;
    readonly args: Readonly<Record<string, unknown>>;
  }[];
}

export const cases: readonly Case[];
