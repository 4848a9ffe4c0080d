'use strict';
// The stand-ins that run.sh has started, and their /sandbox/ (connectors/emulators/README.md).
const {
  google,
  outlook,
  user,
  client_id: clientId,
  client_secret: clientSecret,
} = JSON.parse(process.env.FASTI_SANDBOX);

class StandIn {
  constructor({ url, ...rest }) {
    Object.assign(this, { url }, rest);
  }

  async control(method, path, parameters = {}, body = undefined) {
    const address = new URL(`sandbox/${path}`, this.url);
    for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
    // Parts of a path and of a query are not form fields: a space is %20.
    // A connection of its own: a kept one may be closed by the server in the moment in which it is used again.
    const headers = { connection: 'close' };
    const answer = await fetch(address.href.replace(/\+/g, '%20'), { method, body, headers });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  }

  /** The next `times` occasions for this lie are used. */
  async force(fault, times = 1) {
    await this.control('POST', `faults/${fault}`, { times });
  }

  /** Does something and says what it cost: { result, requests, writes, calls, faults }. */
  async counting(deed) {
    const before = await this.control('GET', 'counts');
    const result = await deed();
    const after = await this.control('GET', 'counts');
    const less = (now, then) =>
      Object.fromEntries(
        Object.entries(now)
          .map(([name, count]) => [name, count - (then[name] ?? 0)])
          .filter(([, count]) => count),
      );
    return {
      result,
      requests: after.requests - before.requests,
      writes: after.writes - before.writes,
      calls: less(after.calls, before.calls),
      faults: less(after.faults, before.faults),
    };
  }
}

module.exports = { google: new StandIn(google), outlook: new StandIn(outlook), user, clientId, clientSecret };
