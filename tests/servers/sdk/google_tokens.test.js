'use strict';
// google-auth-library and `fasti` sign in at the same token endpoint.
const assert = require('node:assert');
const test = require('node:test');
const { CodeChallengeMethod, JWT, OAuth2Client } = require('google-auth-library');
const sandbox = require('./sandbox');
const { client } = require('./google');
const { makeKeys } = require('./keys');
const { Program } = require('./program');

const base = sandbox.google.url;
const scope = 'https://www.googleapis.com/auth/calendar';
const endpoints = {
  oauth2AuthBaseUrl: `${base}o/oauth2/v2/auth`,
  oauth2TokenUrl: `${base}token`,
  oauth2RevokeUrl: `${base}revoke`,
};
const redirectUri = 'http://127.0.0.1:4321/';
const oauth = (rest = {}) =>
  new OAuth2Client({ clientId: sandbox.clientId, clientSecret: sandbox.clientSecret, redirectUri, endpoints, ...rest });

/** What the browser would bring to the redirect address. */
async function agree(url) {
  const answer = await fetch(url, { redirect: 'manual' });
  assert.strictEqual(answer.status, 302, await answer.text());
  const there = new URL(answer.headers.get('location'));
  assert.strictEqual(there.origin + there.pathname, redirectUri);
  return there.searchParams;
}
async function problemOf(call) {
  try {
    await call;
  } catch (error) {
    return error.response?.data?.error ?? error.message;
  }
  throw new Error('it was not refused');
}
const works = async (auth) => assert.strictEqual((await client({ auth }).calendarList.list()).status, 200);

test('a code with PKCE, then refreshing, then revoking', async () => {
  const auth = oauth();
  const { codeVerifier, codeChallenge } = await auth.generateCodeVerifierAsync();
  const ask = {
    access_type: 'offline',
    prompt: 'consent',
    scope,
    state: 'a state & more',
    code_challenge: codeChallenge,
    code_challenge_method: CodeChallengeMethod.S256,
    login_hint: sandbox.user,
  };
  const granted = await agree(auth.generateAuthUrl(ask));
  assert.strictEqual(granted.get('state'), 'a state & more');
  assert.strictEqual(granted.get('scope'), scope);
  const code = granted.get('code');
  const { tokens } = await auth.getToken({ code, codeVerifier });
  assert.ok(tokens.access_token && tokens.refresh_token && tokens.expiry_date > Date.now());
  assert.deepStrictEqual([tokens.token_type, tokens.scope], ['Bearer', scope]);
  assert.strictEqual(await problemOf(oauth().getToken({ code, codeVerifier })), 'invalid_grant', 'a code is good once');
  auth.setCredentials(tokens);
  await works(auth);

  auth.setCredentials({ refresh_token: tokens.refresh_token });
  await works(auth);
  assert.notStrictEqual(auth.credentials.access_token, tokens.access_token);
  assert.strictEqual(auth.credentials.refresh_token, tokens.refresh_token, 'Google keeps the old one');

  const other = await agree(auth.generateAuthUrl({ ...ask, code_challenge: codeChallenge }));
  assert.strictEqual(
    await problemOf(auth.getToken({ code: other.get('code'), codeVerifier: 'x'.repeat(43) })),
    'invalid_grant',
  );

  await auth.revokeToken(tokens.refresh_token);
  auth.setCredentials({ refresh_token: tokens.refresh_token });
  assert.strictEqual(await problemOf(auth.getAccessToken()), 'invalid_grant');
});

test('a refresh token only comes to programs that work offline, and without consent only once', async () => {
  const exchange = async (ask) => {
    const auth = oauth();
    return (await auth.getToken((await agree(auth.generateAuthUrl({ scope, ...ask }))).get('code'))).tokens;
  };
  await exchange({ access_type: 'offline', prompt: 'consent' });
  assert.ok(!(await exchange({ access_type: 'online', prompt: 'consent' })).refresh_token);
  assert.ok(!(await exchange({ access_type: 'offline' })).refresh_token);
  assert.ok((await exchange({ access_type: 'offline', prompt: 'consent' })).refresh_token);
});

test('unknown clients, wrong secrets and foreign redirects are refused', async () => {
  const granted = await agree(oauth().generateAuthUrl({ scope, access_type: 'offline' }));
  assert.strictEqual(await problemOf(oauth({ clientSecret: 'wrong' }).getToken(granted.get('code'))), 'invalid_client');
  for (const rest of [
    { clientId: 'nobody' },
    { redirectUri: 'https://example.org/cb' },
    { redirectUri: 'urn:ietf:wg:oauth:2.0:oob' },
  ])
    assert.strictEqual(
      (await fetch(oauth(rest).generateAuthUrl({ scope }), { redirect: 'manual' })).status,
      400,
      JSON.stringify(rest),
    );
});

/** google-auth-library has the endpoint of service accounts built in: its own requests are sent here instead. */
function serviceAccount(options) {
  const jwt = new JWT({ scopes: [scope], ...options });
  jwt.transporter.interceptors.request.add({
    resolved: async (request) => {
      if (String(request.url) === 'https://oauth2.googleapis.com/token') request.url = new URL('token', base);
      return request;
    },
  });
  return jwt;
}

test('a service account signs in by itself, for others only with delegation', async () => {
  const keys = makeKeys();
  const email = 'league@project.iam.gserviceaccount.com';
  await sandbox.google.control('POST', 'service-accounts', { email, delegated: 'true' }, keys.publicKey);
  const credentials = { email, key: keys.privateKey, keyId: 'k1' };
  await works(serviceAccount(credentials));
  const onBehalf = client({ auth: serviceAccount({ ...credentials, subject: sandbox.user }) });
  assert.strictEqual((await onBehalf.calendarList.get({ calendarId: 'primary' })).data.id, sandbox.user);
  assert.strictEqual(
    await problemOf(serviceAccount({ ...credentials, key: makeKeys().privateKey }).authorize()),
    'invalid_grant',
  );
  assert.strictEqual(
    await problemOf(serviceAccount({ ...credentials, subject: 'nobody@example.org' }).authorize()),
    'unauthorized_client',
  );
  await sandbox.google.control(
    'POST',
    'service-accounts',
    { email: 'plain@project.iam.gserviceaccount.com' },
    keys.publicKey,
  );
  const plain = { ...credentials, email: 'plain@project.iam.gserviceaccount.com', subject: sandbox.user };
  assert.strictEqual(await problemOf(serviceAccount(plain).authorize()), 'unauthorized_client');

  // The same key file works in fasti, also when its token expires.
  const keyFile = JSON.stringify({
    type: 'service_account',
    client_email: email,
    private_key: keys.privateKey,
    private_key_id: 'k1',
    token_uri: `${base}token`,
  });
  const program = new Program(`store = "fasti.db"

[connections.google]
provider = "google"
url = "${base}"
subject = "${sandbox.user}"
service_account = { file = "key.json" }

[[sync]]
name = "google"
connection = "google"
collection = "primary"
kind = "booking"
`);
  try {
    program.write('key.json', keyFile, 0o600);
    await program.put({
      title: 'Signed in',
      when: { start: '2027-03-22T18:00:00', end: '2027-03-22T19:45:00', zone: 'Europe/Berlin' },
    });
    assert.strictEqual((await program.sync()).outcome, 'ok');
    await sandbox.google.force('stale_credentials');
    const { result, faults } = await sandbox.google.counting(() => program.sync());
    assert.deepStrictEqual([result.outcome, faults], ['ok', { stale_credentials: 1 }]);
    const { data } = await onBehalf.events.list({ calendarId: 'primary', q: 'Signed in' });
    assert.strictEqual(data.items.length, 1);
  } finally {
    program.remove();
  }
});

test('fasti connect brings a refresh token that google-auth-library would have got', async () => {
  const program = new Program(`store = "fasti.db"

[connections.google]
provider = "google"
url = "${base}"
auth_url = "${endpoints.oauth2AuthBaseUrl}"
token_url = "${endpoints.oauth2TokenUrl}"
client_id = "${sandbox.clientId}"
client_secret = { command = ["echo", "${sandbox.clientSecret}"] }
`);
  try {
    await program.connect('google', [], async (text) => {
      const url = /http:\/\/127\.0\.0\.1:\d+\/o\/oauth2\/v2\/auth\?\S+/.exec(text);
      if (url) await fetch(url[0]);
      return Boolean(url);
    });
    const { json } = await program.run(['collections', 'google']);
    assert.ok(json.some((one) => one.id === sandbox.user));
  } finally {
    program.remove();
  }
});
