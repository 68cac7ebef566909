import { connect, createServer } from "node:net";

/**
 * A TCP relay on a free port of 127.0.0.1 that holds every byte, and every end, for `delay` milliseconds in each
 * direction, and counts connections. The kernel still answers the TCP handshake at once: on a real path each
 * connection costs one round trip more. It counts the round trips that were waited for, too, by what came before what and
 * not by the clock, so that a busy machine changes nothing.
 */
export async function delayingRelay(target, delay) {
  const sockets = new Set();
  let connections = 0;
  let open = 0;
  let most = 0;
  let trips = 0;
  /** Who has ended may still be answered: that is no longer counted. */
  let count = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    connections++;
    most = Math.max(most, ++open);
    const ended = () => {
      client.off("end", ended).off("close", ended);
      open--;
    };
    client.on("end", ended).on("close", ended);
    const counted = count;
    // In round trips since the first connection: what of this connection the client has seen, and what the server has.
    const seen = { client: trips, server: trips };
    const upstream = connect({ port: target, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ]) {
      sockets.add(from);
      // Timers of one length fire in the order in which they were set, so bytes stay in order.
      const later = (act) => setTimeout(act, delay);
      from.on("data", (bytes) => {
        const at = (from === client ? seen.client : seen.server) + 0.5;
        later(() => {
          seen[to === client ? "client" : "server"] = at;
          if (counted === count) trips = Math.max(trips, seen.client);
          if (to.writable) to.write(bytes);
        });
      });
      from.on("end", () => later(() => to.end()));
      from.on("error", () => later(() => to.destroy()));
      from.on("close", () => {
        sockets.delete(from);
        if (from.destroyed && !from.readableEnded) later(() => to.destroy());
      });
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    port: server.address().port,
    /** Connections, the most that were open at a time, and round trips that one had to wait for, since it was last asked. */
    taken() {
      const all = { connections, most, trips };
      connections = 0;
      most = open;
      trips = 0;
      count++;
      return all;
    },
    stop() {
      for (const socket of sockets) socket.destroy();
      return new Promise((done) => server.close(done));
    },
  };
}
