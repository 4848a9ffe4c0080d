'use strict';
// @microsoft/microsoft-graph-client, pointed at the stand-in. It sends tokens over https only.
const { Client } = require('@microsoft/microsoft-graph-client');
const sandbox = require('./sandbox');

const base = sandbox.outlook.url;

function client({ token = sandbox.outlook.token, ...rest } = {}) {
  return Client.init({
    baseUrl: base,
    defaultVersion: 'v1.0',
    customHosts: new Set([new URL(base).hostname]),
    authProvider: (done) => done(null, token),
    ...rest,
  });
}

/** The refusal of a call as { status, code, body, headers }; fails when it went well. */
async function refusal(call) {
  try {
    await call;
  } catch (error) {
    return {
      status: error.statusCode,
      code: error.code,
      body: JSON.parse(error.body ?? '{}'),
      headers: error.headers,
      error,
    };
  }
  throw new Error('the call was not refused');
}

/** One call without the client's middleware, which retries and hides headers. */
async function raw(method, path, { headers = {}, body, token = sandbox.outlook.token } = {}) {
  return fetch(new URL(path, `${base}v1.0/`), {
    method,
    headers: { Authorization: `Bearer ${token}`, ...(body && { 'Content-Type': 'application/json' }), ...headers },
    body: body && JSON.stringify(body),
    redirect: 'manual',
  });
}

/** A whole list or delta round: { pages, items, delta }. */
async function round(graph, path, prefer = []) {
  const out = { pages: [], items: [], delta: undefined };
  for (let next = path; next;) {
    let request = graph.api(next);
    if (prefer.length) request = request.header('Prefer', prefer.join(', '));
    const page = await request.get();
    out.pages.push(page);
    out.items.push(...page.value);
    out.delta = page['@odata.deltaLink'];
    next = page['@odata.nextLink'];
  }
  return out;
}

module.exports = { client, raw, refusal, round };
