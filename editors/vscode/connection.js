// JSON-RPC over the streams of a child process. Knows nothing of editors.
'use strict';
const { spawn } = require('child_process');

class Connection {
    /** Starts `command` with `args` in `folder`; `onEnd` is told when it is gone. */
    constructor(command, args, folder, onEnd) {
        this.waiting = new Map();
        this.handlers = new Map();
        this.lastId = 0;
        this.buffer = Buffer.alloc(0);
        this.child = spawn(command, args, { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
        this.child.stdout.on('data', (data) => this.take(data));
        this.child.stdin.on('error', () => {});
        this.child.on('error', (error) => this.end(onEnd, error.message));
        this.child.on('exit', (code) => this.end(onEnd, `it ended with status ${code}`));
    }

    end(onEnd, reason) {
        for (const { reject } of this.waiting.values()) reject(new Error(reason));
        this.waiting.clear();
        if (onEnd) onEnd(reason);
    }

    /** Calls `handler` with the parameters of each message of a method; what it returns answers a request. */
    on(method, handler) { this.handlers.set(method, handler); }

    send(message) {
        const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
        this.child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
        this.child.stdin.write(body);
    }

    notify(method, params) { this.send({ method, params }); }

    /** Asks; `token` (of the editor) cancels. */
    request(method, params, token) {
        const id = ++this.lastId;
        return new Promise((resolve, reject) => {
            this.waiting.set(id, { resolve, reject });
            this.send({ id, method, params });
            if (token && token.onCancellationRequested) {
                token.onCancellationRequested(() => this.notify('$/cancelRequest', { id }));
            }
        });
    }

    take(data) {
        this.buffer = Buffer.concat([this.buffer, data]);
        for (;;) {
            const end = this.buffer.indexOf('\r\n\r\n');
            if (end < 0) return;
            const length = Number(/Content-Length: *(\d+)/i.exec(this.buffer.toString('latin1', 0, end))[1]);
            if (this.buffer.length < end + 4 + length) return;
            const message = JSON.parse(this.buffer.toString('utf8', end + 4, end + 4 + length));
            this.buffer = this.buffer.subarray(end + 4 + length);
            this.handle(message);
        }
    }

    handle(message) {
        if (message.method === undefined) {
            const entry = this.waiting.get(message.id);
            if (!entry) return;
            this.waiting.delete(message.id);
            if (message.error) entry.reject(Object.assign(new Error(message.error.message), { code: message.error.code }));
            else entry.resolve(message.result);
            return;
        }
        const handler = this.handlers.get(message.method);
        const result = handler ? handler(message.params) : null;
        if (message.id !== undefined) {
            Promise.resolve(result).then((value) => this.send({ id: message.id, result: value === undefined ? null : value }));
        }
    }
}

module.exports = { Connection };
