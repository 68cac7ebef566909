import { connect, createServer } from "node:net";

/**
 * A TCP relay on a free port of 127.0.0.1 that holds every byte, and every end, for `delay` milliseconds in each
 * direction, and counts connections. The kernel still answers the TCP handshake at once: on a real path each
 * connection costs one round trip more.
 */
export async function delayingRelay(target, delay) {
  const sockets = new Set();
  let connections = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    connections++;
    const upstream = connect({ port: target, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ]) {
      sockets.add(from);
      // Timers of one length fire in the order in which they were set, so bytes stay in order.
      const later = (act) => setTimeout(act, delay);
      from.on("data", (bytes) => later(() => to.writable && to.write(bytes)));
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
    /** Connections since it was last asked. */
    taken() {
      const count = connections;
      connections = 0;
      return count;
    },
    stop() {
      for (const socket of sockets) socket.destroy();
      return new Promise((done) => server.close(done));
    },
  };
}
