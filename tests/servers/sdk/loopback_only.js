'use strict';
// Loaded before everything else: whatever a client tries, nothing leaves this machine.
const dns = require('node:dns');
const net = require('node:net');

const local = (host) => ['localhost', '127.0.0.1', '::1', '[::1]'].includes(host);
const refusal = (host) => Object.assign(new Error(`${host} is not on this machine`), { code: 'ENOTLOOPBACK' });

// The servers listen on 127.0.0.1; "localhost" may name ::1 first.
dns.setDefaultResultOrder('ipv4first');
for (const module of [dns, dns.promises]) {
  for (const name of Object.keys(module)) {
    if (!/^(lookup|resolve|reverse)/.test(name) || typeof module[name] !== 'function') continue;
    const original = module[name];
    module[name] = function (host, ...rest) {
      if (local(host)) return original.call(this, host, ...rest);
      const callback = rest[rest.length - 1];
      if (module === dns.promises) return Promise.reject(refusal(host));
      if (typeof callback === 'function') return void process.nextTick(callback, refusal(host));
      throw refusal(host);
    };
  }
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  // As net.connect hands it on: [options, callback]; else options, a path, or port and host.
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  const host = typeof first === 'object' ? first.host : typeof args[1] === 'string' ? args[1] : undefined;
  if (host && !local(host)) {
    process.nextTick(() => this.destroy(refusal(host)));
    return this;
  }
  return connect.apply(this, args);
};
