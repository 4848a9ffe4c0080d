'use strict';
// @azure/msal-node and `fasti` sign in at the same token endpoint.
const assert = require('node:assert');
const test = require('node:test');
const { ConfidentialClientApplication, CryptoProvider, PublicClientApplication } = require('@azure/msal-node');
const sandbox = require('./sandbox');
const { client, refusal } = require('./outlook');
const { makeKeys } = require('./keys');
const { Program } = require('./program');

const base = sandbox.outlook.url;
const { host } = new URL(base);
const tenant = 'contoso.example';
const scopes = ['https://graph.microsoft.com/Calendars.ReadWrite'];
const app = (rest = {}, inTenant = tenant) => ({
  auth: { clientId: sandbox.clientId, authority: `${base}${inTenant}`, knownAuthorities: [host], ...rest },
});
const forApp = (rest) =>
  new ConfidentialClientApplication(app(rest)).acquireTokenByClientCredential({
    scopes: ['https://graph.microsoft.com/.default'],
  });
const users = `/users/${sandbox.user}/calendars`;
const works = async (token, path) => assert.ok((await client({ token }).api(path).get()).value.length > 0);
const keys = makeKeys();

test('an app signs in with a secret, and has no /me', async () => {
  const { accessToken, expiresOn } = await forApp({ clientSecret: sandbox.clientSecret });
  assert.ok(expiresOn > new Date());
  await works(accessToken, users);
  assert.strictEqual((await refusal(client({ token: accessToken }).api('/me/calendars').get())).status, 400);
  await assert.rejects(forApp({ clientSecret: 'wrong' }), { errorCode: 'invalid_client' });
  await assert.rejects(
    new ConfidentialClientApplication(
      app({ clientSecret: sandbox.clientSecret }, 'common'),
    ).acquireTokenByClientCredential({ scopes: ['https://graph.microsoft.com/.default'] }),
  );
});

test('an app signs in with a certificate: SHA-256 and PS256, or the older SHA-1 and RS256', async () => {
  await sandbox.outlook.control('POST', 'certificate', {}, keys.certificate);
  const { privateKey, sha256, sha1 } = keys;
  await works((await forApp({ clientCertificate: { thumbprintSha256: sha256, privateKey } })).accessToken, users);
  await works((await forApp({ clientCertificate: { thumbprint: sha1, privateKey } })).accessToken, users);
  const other = makeKeys();
  await assert.rejects(
    forApp({ clientCertificate: { thumbprintSha256: other.sha256, privateKey: other.privateKey } }),
    { errorCode: 'invalid_client' },
  );
  await assert.rejects(forApp({ clientCertificate: { thumbprintSha256: sha256, privateKey: other.privateKey } }), {
    errorCode: 'invalid_client',
  });

  const program = new Program(`store = "fasti.db"

[connections.outlook]
provider = "outlook"
url = "${base}v1.0/"
login_url = "${base}"
ca_file = "${process.env.NODE_EXTRA_CA_CERTS}"
tenant = "${tenant}"
user = "${sandbox.user}"
client_id = "${sandbox.clientId}"
certificate = { file = "app.pem" }
`);
  try {
    program.write('app.pem', keys.privateKey + keys.certificate, 0o600);
    const { json } = await program.run(['collections', 'outlook']);
    assert.ok(json.some((one) => one.name === 'Calendar'));
  } finally {
    program.remove();
  }
});

test('a person signs in with a code and PKCE, and silently afterwards', async () => {
  const person = new PublicClientApplication(app());
  const redirectUri = 'http://localhost:4321';
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const ask = { scopes, redirectUri, codeChallenge: challenge, codeChallengeMethod: 'S256', state: 'a state & more' };
  const agree = async () => {
    const answer = await fetch(await person.getAuthCodeUrl(ask), { redirect: 'manual' });
    assert.strictEqual(answer.status, 302);
    return new URL(answer.headers.get('location')).searchParams;
  };
  const granted = await agree();
  assert.strictEqual(granted.get('state'), 'a state & more');
  const result = await person.acquireTokenByCode({
    code: granted.get('code'),
    scopes,
    redirectUri,
    codeVerifier: verifier,
  });
  assert.strictEqual(result.account.username, sandbox.user);
  await works(result.accessToken, '/me/calendars');
  const again = await person.acquireTokenSilent({ account: result.account, scopes, forceRefresh: true });
  assert.notStrictEqual(again.accessToken, result.accessToken);
  await works(again.accessToken, '/me/calendars');

  await assert.rejects(
    person.acquireTokenByCode({ code: granted.get('code'), scopes, redirectUri, codeVerifier: verifier }),
    { errorCode: 'invalid_grant' },
  );
  const other = (await agree()).get('code');
  await assert.rejects(person.acquireTokenByCode({ code: other, scopes, redirectUri, codeVerifier: 'x'.repeat(43) }), {
    errorCode: 'invalid_grant',
  });
  const secret = new ConfidentialClientApplication(app({ clientSecret: sandbox.clientSecret }));
  const third = (await agree()).get('code');
  await assert.rejects(secret.acquireTokenByCode({ code: third, scopes, redirectUri, codeVerifier: verifier }), {
    errorCode: 'invalid_client',
  });
});

test('a person signs in with a code on another device, or declines', async () => {
  const person = new PublicClientApplication(app());
  const ask = (answer) => ({
    scopes,
    deviceCodeCallback: ({ userCode }) => sandbox.outlook.control('POST', 'device', { user_code: userCode, answer }),
  });
  const result = await person.acquireTokenByDeviceCode(ask('yes'));
  assert.strictEqual(result.account.username, sandbox.user);
  await works(result.accessToken, '/me/calendars');
  await assert.rejects(person.acquireTokenByDeviceCode(ask('no')), /authorization_declined/);
});

test('fasti connect, by browser and by device, brings what msal would have got', async () => {
  for (const way of [[], ['--device']]) {
    const program = new Program(`store = "fasti.db"

[connections.outlook]
provider = "outlook"
url = "${base}v1.0/"
login_url = "${base}"
ca_file = "${process.env.NODE_EXTRA_CA_CERTS}"
client_id = "${sandbox.clientId}"
`);
    try {
      await program.connect('outlook', way, async (text) => {
        const url = /https:\/\/localhost:\d+\/common\/oauth2\/v2\.0\/authorize\?\S+/.exec(text);
        const code = /the code (\w+)/.exec(text);
        if (url) await fetch(url[0]);
        else if (code) await sandbox.outlook.control('POST', 'device', { user_code: code[1], answer: 'yes' });
        return Boolean(url || code);
      });
      const first = await program.run(['collections', 'outlook']);
      assert.ok(first.json.some((one) => one.name === 'Calendar'));
      // The refresh token was replaced while it was used; the new one is the one that is kept.
      assert.strictEqual((await program.run(['collections', 'outlook'])).code, 0);
    } finally {
      program.remove();
    }
  }
});
