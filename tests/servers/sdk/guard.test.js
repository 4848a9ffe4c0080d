'use strict';
// The guard itself: clients that are set up wrongly must not reach the real services.
const assert = require('node:assert');
const dns = require('node:dns');
const net = require('node:net');
const test = require('node:test');

test('no name beyond this machine is looked up', async () => {
  await assert.rejects(dns.promises.lookup('www.googleapis.com'), { code: 'ENOTLOOPBACK' });
  await assert.rejects(fetch('https://graph.microsoft.com/v1.0/me'), (error) => error.cause.code === 'ENOTLOOPBACK');
});

test('no address beyond this machine is connected to', async () => {
  const [error] = await new Promise((resolve) => {
    net.connect({ host: '192.0.2.1', port: 443 }).on('error', (...args) => resolve(args));
  });
  assert.strictEqual(error.code, 'ENOTLOOPBACK');
});
