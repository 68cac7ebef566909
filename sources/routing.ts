import { differenceOf, intersectionOf, nobody, type PartialSet, unionOf } from "../model/partial.js";

/**
 * The addresses whose packets find a way.
 * @param routes the ones that win last: by ascending length of their prefix.
 * @param passes of the packets that take a route, those that get on by it.
 */
export function reachedBy<Route extends { readonly to: PartialSet }>(
  routes: readonly Route[],
  passes: (route: Route) => PartialSet,
): PartialSet {
  return routes.reduce<PartialSet>((reached, route) => {
    const onward = passes(route);
    const { certain, possible, missing } = intersectionOf(route.to, onward);
    // What gets on either way stays reached, although it is not known whether it takes this route.
    const both = intersectionOf(reached, onward).certain.intersect(route.to.possible);
    return unionOf(differenceOf(reached, route.to), { certain: certain.union(both), possible, missing });
  }, nobody);
}
