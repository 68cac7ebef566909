import { createRequire } from "node:module";
import type {
  AnalyzeRequest,
  AnalyzerResource,
  AnalyzeStackRequest,
  ConfigureAnalyzerRequest,
} from "@pulumi/pulumi/proto/analyzer_pb.js";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import type { PolicyResourceLike } from "../../sources/pulumi/index.js";

/** What the engine tells a pack and `@pulumi/policy` keeps to itself. */
export interface Tap {
  /** Every setting that is in force, those of unknown names as well. An error that is thrown refuses it. */
  configured(settings: Settings): void;
  /** The inputs of one resource, in which secrets are still marked. */
  inputs(urn: string, type: string, inputs: Properties): void;
  /** All resources of the stack, with their outputs; the stack policies run next, one after the other. */
  stack(read: () => PolicyResourceLike[]): void;
}

export type Settings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

type Properties = Readonly<Record<string, unknown>>;
type Handler = (call: { readonly request: unknown }, callback: (error: object | null) => void) => void;
type Service = Record<string, Handler>;
interface ServerClass {
  prototype: { addService(definition: object, service: Service): void };
}

/** gRPC's INVALID_ARGUMENT: the engine prints the message and ends. */
const invalidArgument = 3;

/**
 * Constructs the pack and listens at its gRPC service. The SDK offers no other way: it hides settings of unknown names,
 * whose typing errors would pass in silence; it gives a stack policy outputs alone, which at preview are unknown where
 * the provider computes them although the program wrote them; and it unpacks the whole stack anew for each policy, which
 * takes seconds for a large one. The policies of the pack therefore get no resources from the SDK, but from here.
 * @throws Error when the SDK does not serve through the gRPC library that was tapped.
 */
export function tapAnalyzer(construct: () => void, tap: Tap): void {
  const fromSdk = createRequire(createRequire(import.meta.url).resolve("@pulumi/policy"));
  const { prototype } = (fromSdk("@grpc/grpc-js") as { Server: ServerClass }).Server;
  const original = prototype.addService;
  let tapped = false;
  prototype.addService = function (definition, service) {
    tapped = true;
    original.call(this, definition, { ...service, ...handlers(service, tap) });
  };
  try {
    construct();
  } finally {
    prototype.addService = original;
  }
  if (!tapped) throw new Error("this version of @pulumi/policy serves in a way that port587 does not know");
}

function handlers(service: Service, tap: Tap): Service {
  return {
    configure: (call, callback) => {
      try {
        tap.configured(settingsOf(call.request as ConfigureAnalyzerRequest));
      } catch (error) {
        callback({ code: invalidArgument, details: (error as Error).message });
        return;
      }
      service.configure?.(call, callback);
    },
    analyze: (call, callback) => {
      const request = call.request as AnalyzeRequest;
      // Unpacked while the program still runs: the engine waits for the stack policies.
      tap.inputs(request.getUrn(), request.getType(), request.getProperties()?.toJavaScript() ?? {});
      service.analyze?.(call, callback);
    },
    analyzeStack: (call, callback) => {
      const resources = (call.request as AnalyzeStackRequest).getResourcesList();
      tap.stack(() => resources.map((each) => new Told(each)));
      service.analyzeStack?.(Object.create(call, { request: { value: new analyzer.AnalyzeStackRequest() } }), callback);
    },
  };
}

/** Unpacked when asked for: most resources are no business of ours. */
class Told implements PolicyResourceLike {
  constructor(private readonly resource: AnalyzerResource) {}

  get urn(): string {
    return this.resource.getUrn();
  }

  get type(): string {
    return this.resource.getType();
  }

  get id(): unknown {
    return this.resource.getProperties()?.getFieldsMap().get("id")?.toJavaScript();
  }

  get props(): Properties {
    return this.resource.getProperties()?.toJavaScript() ?? {};
  }

  get dependencies(): PolicyResourceLike["dependencies"] {
    return linksTo(this.resource.getDependenciesList());
  }

  get propertyDependencies(): PolicyResourceLike["propertyDependencies"] {
    const flows = [...this.resource.getPropertydependenciesMap().entries()];
    return Object.fromEntries(flows.map(([name, found]) => [name, linksTo(found.getUrnsList())]));
  }
}

function linksTo(urns: readonly string[]): PolicyResourceLike["dependencies"] {
  return urns.map((urn) => ({ urn }));
}

function settingsOf(request: ConfigureAnalyzerRequest): Settings {
  const levels = new Map(Object.entries(analyzer.EnforcementLevel).map(([name, code]) => [code, name.toLowerCase()]));
  return Object.fromEntries(
    [...request.getPolicyconfigMap().entries()].map(([id, config]) => [
      id,
      { ...config.getProperties()?.toJavaScript(), enforcementLevel: levels.get(config.getEnforcementlevel()) },
    ]),
  );
}
