// A proxy between browser and server that breaks connections on request.
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export class BreakingProxy {
  readonly #sockets = new Set<Socket>();
  // Browser connections whose last request was for an event stream.
  readonly #streams = new Set<Socket>();
  #server: Server;
  #refuse = false;

  private constructor(port: number) {
    this.#server = createServer((client) => {
      if (this.#refuse) return client.resetAndDestroy();
      const upstream = connect(port, '127.0.0.1');
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          this.#sockets.delete(socket);
          this.#streams.delete(client);
          client.destroy();
          upstream.destroy();
        });
      }
      client.on('data', (piece: Buffer) => {
        const request = /^(?:GET|POST|HEAD|DELETE) (\S+)/.exec(piece.toString('latin1'))?.[1];
        if (request?.startsWith('/api/stream/')) this.#streams.add(client);
        else if (request) this.#streams.delete(client);
      });
      client.pipe(upstream);
      upstream.pipe(client);
    });
  }

  static async start(port: number): Promise<BreakingProxy> {
    const proxy = new BreakingProxy(port);
    await new Promise<void>((done) => proxy.#server.listen(0, '127.0.0.1', done));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  // Event streams that are open now.
  get streams(): number {
    return this.#streams.size;
  }

  // Closes every open connection.
  cut(): void {
    this.#sockets.forEach((socket) => socket.destroy());
  }

  // Also closes every new one, until this is turned off.
  refuse(on: boolean): void {
    this.#refuse = on;
    if (on) this.cut();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((done) => this.#server.close(done));
  }
}
