'use strict';
// What the fact sheet says of Google's events, asked of the stand-in by Google's own client.
const assert = require('node:assert');
const test = require('node:test');
const sandbox = require('./sandbox');
const { batch, client, refusal } = require('./google');

const google = client();
const berlin = (dateTime) => ({ dateTime, timeZone: 'Europe/Berlin' });
const event = (summary, rest = {}) => ({
  summary,
  start: berlin('2027-03-22T10:00:00'),
  end: berlin('2027-03-22T11:00:00'),
  ...rest,
});
const weekly = (summary, rest = {}) => event(summary, { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=4'], ...rest });
const ifMatch = (etag) => ({ headers: { Authorization: `Bearer ${sandbox.google.token}`, 'If-Match': etag } });

let calendarId;
let number = 0;
const insert = async (requestBody, rest = {}) =>
  (await google.events.insert({ calendarId, sendUpdates: 'none', requestBody, ...rest })).data;
const get = async (eventId) => (await google.events.get({ calendarId, eventId })).data;
const patch = async (eventId, requestBody, rest = {}) =>
  (await google.events.patch({ calendarId, eventId, sendUpdates: 'none', requestBody, ...rest })).data;

test.beforeEach(async () => {
  const made = await google.calendars.insert({ requestBody: { summary: `C${++number}`, timeZone: 'Europe/Berlin' } });
  calendarId = made.data.id;
});

test('an insert answers 200 with the whole resource', async () => {
  const { status, data, headers } = await google.events.insert({ calendarId, requestBody: event('Kick-off') });
  assert.strictEqual(status, 200);
  assert.strictEqual(data.kind, 'calendar#event');
  assert.match(data.etag, /^".+"$/);
  assert.strictEqual(headers.get ? headers.get('etag') : headers.etag, data.etag);
  assert.match(data.id, /^[a-v0-9]{5,1024}$/);
  assert.strictEqual(data.iCalUID, `${data.id}@google.com`);
  assert.strictEqual(data.status, 'confirmed');
  assert.strictEqual(data.start.dateTime, '2027-03-22T10:00:00+01:00');
  assert.strictEqual(data.start.timeZone, 'Europe/Berlin');
  assert.deepStrictEqual(data.creator, { email: 'sandbox@example.org', self: true });
  assert.match(data.updated, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  for (const absent of ['transparency', 'visibility', 'attendees', 'recurrence', 'guestsCanModify'])
    assert.ok(!(absent in data), absent);
});

test("ids are the client's, of base32hex, and taken for ever", async () => {
  assert.strictEqual(
    (await insert(event('A', { id: 'abcdefghijklmnopqrstuv0123456789' }))).id,
    'abcdefghijklmnopqrstuv0123456789',
  );
  for (const id of ['wxyz0', 'ABCDE', 'a-b-c-d', 'abcd']) {
    const refused = await refusal(insert(event('B', { id })));
    assert.deepStrictEqual(
      [refused.status, refused.reason, refused.error.message],
      [400, 'invalid', 'Invalid resource id value.'],
      id,
    );
  }
  const again = await refusal(insert(event('C', { id: 'abcdefghijklmnopqrstuv0123456789' })));
  assert.deepStrictEqual([again.status, again.reason], [409, 'duplicate']);
  assert.strictEqual(again.error.message, 'The requested identifier already exists.');
  await google.events.delete({ calendarId, eventId: 'abcdefghijklmnopqrstuv0123456789' });
  assert.strictEqual((await refusal(insert(event('D', { id: 'abcdefghijklmnopqrstuv0123456789' })))).status, 409);
});

test('a deleted event is still read as cancelled, and a second deletion is 410', async () => {
  const { id } = await insert(event('Gone'));
  const { status, data } = await google.events.delete({ calendarId, eventId: id });
  assert.strictEqual(status, 204);
  assert.ok(!data);
  assert.strictEqual((await get(id)).status, 'cancelled');
  const again = await refusal(google.events.delete({ calendarId, eventId: id }));
  assert.deepStrictEqual(
    [again.status, again.reason, again.error.message],
    [410, 'deleted', 'Resource has been deleted'],
  );
  assert.strictEqual((await patch(id, { status: 'confirmed' })).status, 'confirmed');
});

test('an error says code, message and errors with domain and reason', async () => {
  const missing = await refusal(get('nosuchevent'));
  assert.strictEqual(missing.status, 404);
  assert.deepStrictEqual(missing.error, {
    code: 404,
    message: 'Not Found',
    errors: [{ domain: 'global', reason: 'notFound', message: 'Not Found' }],
  });
  const nobody = await refusal(client({ token: 'nobody' }).events.list({ calendarId }));
  assert.strictEqual(nobody.status, 401);
  assert.deepStrictEqual(nobody.error.errors[0], {
    domain: 'global',
    reason: 'authError',
    message: 'Invalid Credentials',
    locationType: 'header',
    location: 'Authorization',
  });
  const empty = await refusal(insert(event('Backwards', { end: berlin('2027-03-22T09:00:00') })));
  assert.deepStrictEqual(
    [empty.status, empty.reason, empty.error.errors[0].domain],
    [400, 'timeRangeEmpty', 'calendar'],
  );
});

test('If-Match refuses an older version with 412, on PATCH, PUT, DELETE and move', async () => {
  const { id, etag } = await insert(event('Mine'));
  const newer = await patch(id, { summary: 'Theirs' });
  assert.notStrictEqual(newer.etag, etag);
  const { data: other } = await google.calendars.insert({ requestBody: { summary: 'Elsewhere' } });
  for (const call of [
    () => google.events.patch({ calendarId, eventId: id, requestBody: { summary: 'X' } }, ifMatch(etag)),
    () => google.events.update({ calendarId, eventId: id, requestBody: event('X') }, ifMatch(etag)),
    () => google.events.delete({ calendarId, eventId: id }, ifMatch(etag)),
    () => google.events.move({ calendarId, eventId: id, destination: other.id }, ifMatch(etag)),
  ]) {
    const refused = await refusal(call());
    assert.deepStrictEqual([refused.status, refused.reason], [412, 'conditionNotMet']);
    assert.strictEqual(refused.error.errors[0].location, 'If-Match');
  }
  assert.strictEqual(
    (await google.events.patch({ calendarId, eventId: id, requestBody: { summary: 'Y' } }, ifMatch(newer.etag))).status,
    200,
  );
});

test('If-None-Match answers 304 while nothing has changed', async () => {
  const { id, etag } = await insert(event('Read me'));
  const ask = (headers) =>
    google.events.get(
      { calendarId, eventId: id },
      { headers: { Authorization: `Bearer ${sandbox.google.token}`, ...headers }, validateStatus: () => true },
    );
  assert.strictEqual((await ask({ 'If-None-Match': etag })).status, 304);
  await patch(id, { summary: 'Changed' });
  assert.strictEqual((await ask({ 'If-None-Match': etag })).status, 200);
});

test('PATCH merges, PUT replaces, null clears', async () => {
  const { id } = await insert(event('Whole', { description: 'd', location: 'l', colorId: '3' }));
  const patched = await patch(id, { location: 'elsewhere', colorId: null });
  assert.deepStrictEqual([patched.description, patched.location, patched.colorId], ['d', 'elsewhere', undefined]);
  const { data: put } = await google.events.update({ calendarId, eventId: id, requestBody: event('Replaced') });
  assert.deepStrictEqual([put.summary, put.description, put.location], ['Replaced', undefined, undefined]);
});

test('all-day events have dates, exclusive ends, and become timed when the other form is nulled', async () => {
  const made = await insert({ summary: 'Day', start: { date: '2027-03-05' }, end: { date: '2027-03-06' } });
  assert.deepStrictEqual([made.start, made.end], [{ date: '2027-03-05' }, { date: '2027-03-06' }]);
  const timed = await patch(made.id, {
    start: { date: null, ...berlin('2027-03-05T10:00:00') },
    end: { date: null, ...berlin('2027-03-05T12:00:00') },
  });
  assert.strictEqual(timed.start.dateTime, '2027-03-05T10:00:00+01:00');
  assert.strictEqual(
    (await refusal(insert({ summary: 'No length', start: { date: '2027-03-05' }, end: { date: '2027-03-05' } })))
      .status,
    400,
  );
});

test('a change of reminders alone moves the etag, not updated', async () => {
  const made = await insert(event('Remind'));
  const silent = await patch(made.id, {
    reminders: { useDefault: false, overrides: [{ method: 'popup', minutes: 5 }] },
  });
  assert.notStrictEqual(silent.etag, made.etag);
  assert.strictEqual(silent.updated, made.updated);
  const loud = await patch(made.id, { summary: 'Reminded' });
  assert.notStrictEqual(loud.updated, made.updated);
});

test('reminders are replaced whole, clamped, and refused when they contradict', async () => {
  const made = await insert(
    event('Remind', {
      reminders: {
        useDefault: false,
        overrides: [
          { method: 'popup', minutes: 99999 },
          { method: 'pigeon', minutes: 1 },
        ],
      },
    }),
  );
  assert.deepStrictEqual(made.reminders, { useDefault: false, overrides: [{ method: 'popup', minutes: 40320 }] });
  assert.deepStrictEqual((await patch(made.id, { reminders: { useDefault: false, overrides: [] } })).reminders, {
    useDefault: false,
  });
  const both = await refusal(
    patch(made.id, { reminders: { useDefault: true, overrides: [{ method: 'popup', minutes: 1 }] } }),
  );
  assert.deepStrictEqual([both.status, both.reason], [400, 'cannotUseDefaultRemindersAndSpecifyOverride']);
  const six = Array.from({ length: 6 }, (_, minutes) => ({ method: 'popup', minutes }));
  assert.strictEqual(
    (await refusal(patch(made.id, { reminders: { useDefault: false, overrides: six } }))).reason,
    'eventRemindersCountExceedsLimit',
  );
});

test('extended properties: long keys are dropped, long values cut, null deletes one key', async () => {
  const own = { k: 'v', keep: 'me', ['x'.repeat(45)]: 'dropped', long: 'y'.repeat(1100) };
  const made = await insert(event('Marked', { extendedProperties: { private: own } }));
  assert.deepStrictEqual(Object.keys(made.extendedProperties.private).sort(), ['k', 'keep', 'long']);
  assert.strictEqual(made.extendedProperties.private.long.length, 1024);
  const less = await patch(made.id, { extendedProperties: { private: { k: null } } });
  assert.deepStrictEqual(Object.keys(less.extendedProperties.private).sort(), ['keep', 'long']);
  await insert(event('Unmarked'));
  const { data } = await google.events.list({ calendarId, privateExtendedProperty: ['keep=me'] });
  assert.deepStrictEqual(
    data.items.map((one) => one.id),
    [made.id],
  );
});

test('a series needs a zone, and its instances can be asked for, moved and cancelled', async () => {
  const utc = { dateTime: '2027-03-22T10:00:00Z' };
  assert.strictEqual(
    (await refusal(insert(weekly('No zone', { start: utc, end: { dateTime: '2027-03-22T11:00:00Z' } })))).status,
    400,
  );
  assert.strictEqual(
    (await refusal(insert(weekly('Floating', { recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20270501T100000'] })))).status,
    400,
  );

  const master = await insert(weekly('Training'));
  const { data } = await google.events.instances({ calendarId, eventId: master.id });
  assert.deepStrictEqual(
    data.items.map((one) => one.start.dateTime),
    [
      '2027-03-22T10:00:00+01:00',
      '2027-03-29T10:00:00+02:00',
      '2027-04-05T10:00:00+02:00',
      '2027-04-12T10:00:00+02:00',
    ],
  );
  for (const one of data.items) {
    assert.strictEqual(one.recurringEventId, master.id);
    assert.strictEqual(one.iCalUID, master.iCalUID);
    assert.ok(!one.recurrence);
  }
  assert.strictEqual(data.items[1].id, `${master.id}_20270329T080000Z`);
  const by = await google.events.instances({
    calendarId,
    eventId: master.id,
    originalStart: '2027-03-29T10:00:00+02:00',
  });
  assert.deepStrictEqual(
    by.data.items.map((one) => one.id),
    [data.items[1].id],
  );

  const moved = await patch(data.items[1].id, {
    start: berlin('2027-03-30T12:00:00'),
    end: berlin('2027-03-30T13:00:00'),
  });
  assert.deepStrictEqual(moved.originalStartTime, { dateTime: '2027-03-29T10:00:00+02:00', timeZone: 'Europe/Berlin' });
  await google.events.delete({ calendarId, eventId: data.items[2].id });
  const now = await google.events.instances({ calendarId, eventId: master.id });
  assert.deepStrictEqual(now.data.items.map((one) => one.start.dateTime).sort(), [
    '2027-03-22T10:00:00+01:00',
    '2027-03-30T12:00:00+02:00',
    '2027-04-12T10:00:00+02:00',
  ]);
  const deleted = await google.events.instances({ calendarId, eventId: master.id, showDeleted: true });
  assert.strictEqual(deleted.data.items.find((one) => one.status === 'cancelled').id, data.items[2].id);
  // Of the master nothing shows that one is gone.
  assert.deepStrictEqual((await get(master.id)).recurrence, ['RRULE:FREQ=WEEKLY;COUNT=4']);
  assert.strictEqual((await google.events.instances({ calendarId, eventId: moved.id })).data.items.length, 1);
  assert.deepStrictEqual((await google.events.instances({ calendarId, eventId: data.items[2].id })).data.items, []);
});

test('EXDATE lines stay as they were sent', async () => {
  const lines = ['RRULE:FREQ=WEEKLY;COUNT=4', 'EXDATE;TZID=Europe/Berlin:20270329T100000'];
  const master = await insert(event('Except', { recurrence: lines }));
  assert.deepStrictEqual([...master.recurrence].sort(), [...lines].sort());
  assert.strictEqual((await google.events.instances({ calendarId, eventId: master.id })).data.items.length, 3);
});

test('import wants an iCalUID and no id, and the same uid replaces', async () => {
  assert.strictEqual((await refusal(google.events.import({ calendarId, requestBody: event('No uid') }))).status, 400);
  assert.strictEqual(
    (await refusal(google.events.import({ calendarId, requestBody: event('Id', { iCalUID: 'u@x', id: 'abcde' }) })))
      .status,
    400,
  );
  const { data: first } = await google.events.import({
    calendarId,
    requestBody: event('One', { iCalUID: 'u@x', location: 'l' }),
  });
  const { data: second } = await google.events.import({ calendarId, requestBody: event('Two', { iCalUID: 'u@x' }) });
  assert.strictEqual(second.id, first.id);
  assert.deepStrictEqual([second.summary, second.location], ['Two', undefined]);
  const { data: list } = await google.events.list({ calendarId, iCalUID: 'u@x' });
  assert.strictEqual(list.items.length, 1);
  assert.strictEqual((await refusal(insert(event('Both', { id: 'abcdef', iCalUID: 'v@x' })))).status, 400);
});

test('move leaves a cancelled stub behind', async () => {
  const { id } = await insert(event('Mover'));
  const { data: other } = await google.calendars.insert({ requestBody: { summary: 'Elsewhere' } });
  const { data } = await google.events.move({ calendarId, eventId: id, destination: other.id });
  assert.strictEqual(data.id, id);
  assert.strictEqual((await get(id)).status, 'cancelled');
  assert.strictEqual((await google.events.get({ calendarId: other.id, eventId: id })).data.summary, 'Mover');
});

test('a Meet link is made once for a requestId, and only with conferenceDataVersion=1', async () => {
  const wish = { createRequest: { requestId: 'r1', conferenceSolutionKey: { type: 'hangoutsMeet' } } };
  assert.ok(!(await insert(event('No version', { conferenceData: wish }))).conferenceData);
  const made = await insert(event('Meet', { conferenceData: wish }), { conferenceDataVersion: 1 });
  assert.match(made.hangoutLink, /^https:\/\/meet\.google\.com\//);
  assert.strictEqual(made.conferenceData.createRequest.status.statusCode, 'success');
  const again = await patch(made.id, { conferenceData: wish }, { conferenceDataVersion: 1 });
  assert.strictEqual(again.hangoutLink, made.hangoutLink);
  assert.strictEqual((await patch(made.id, { summary: 'Kept' })).hangoutLink, made.hangoutLink);
});

test('a sequence that goes back is refused', async () => {
  const made = await insert(event('Sequence'));
  const moved = await patch(made.id, { start: berlin('2027-03-23T10:00:00'), end: berlin('2027-03-23T11:00:00') });
  assert.ok(moved.sequence > 0);
  const refused = await refusal(patch(made.id, { sequence: 0 }));
  assert.deepStrictEqual([refused.status, refused.reason], [400, 'invalid']);
});

test('a batch answers part by part, by Content-ID, with a status for each', async () => {
  const kept = await insert(event('Kept'));
  const path = `calendars/${encodeURIComponent(calendarId)}/events`;
  const { status, type, answers } = await batch([
    { id: 'new', method: 'POST', path, body: event('From a batch') },
    { id: 'none', method: 'GET', path: `${path}/nosuchevent` },
    {
      id: 'stale',
      method: 'PATCH',
      path: `${path}/${kept.id}`,
      headers: { 'If-Match': '"0"' },
      body: { summary: 'no' },
    },
    { id: 'gone', method: 'DELETE', path: `${path}/${kept.id}` },
  ]);
  assert.strictEqual(status, 200);
  assert.match(type, /^multipart\/mixed; boundary=/);
  assert.strictEqual(answers.new.status, 200);
  assert.strictEqual(answers.new.data.summary, 'From a batch');
  assert.strictEqual(answers.none.data.error.errors[0].reason, 'notFound');
  assert.ok([412].includes(answers.stale.status));
  assert.deepStrictEqual([answers.gone.status, answers.gone.data], [204, undefined]);
});

test('a service account without delegation cannot invite', async () => {
  const email = 'robot@project.iam.gserviceaccount.com';
  await sandbox.google.control('POST', 'service-accounts', { email }, 'no key is needed here');
  await sandbox.google.control('POST', 'tokens', {
    token: 'robot',
    email,
    scope: 'https://www.googleapis.com/auth/calendar',
  });
  await sandbox.google.control('POST', 'roles', { calendar: calendarId, email, role: 'writer' });
  const robot = client({ token: 'robot' });
  const guest = { attendees: [{ email: 'guest@example.com' }] };
  assert.strictEqual((await robot.events.insert({ calendarId, requestBody: event('Alone') })).status, 200);
  const refused = await refusal(robot.events.insert({ calendarId, requestBody: event('Invited', guest) }));
  assert.deepStrictEqual([refused.status, refused.reason], [403, 'forbiddenForServiceAccounts']);
});

test('a reader cannot write, a stranger sees nothing, a narrow scope is named', async () => {
  for (const [email, role] of [
    ['reader@example.org', 'reader'],
    ['stranger@example.org', ''],
  ]) {
    await sandbox.google.control('POST', 'users', { email, zone: 'UTC' });
    await sandbox.google.control('POST', 'tokens', {
      token: email,
      email,
      scope: 'https://www.googleapis.com/auth/calendar',
    });
    if (role) await sandbox.google.control('POST', 'roles', { calendar: calendarId, email, role });
  }
  const reader = client({ token: 'reader@example.org' });
  assert.strictEqual((await reader.events.list({ calendarId })).data.accessRole, 'reader');
  assert.deepStrictEqual(
    [(await refusal(reader.events.insert({ calendarId, requestBody: event('No') }))).status],
    [403],
  );
  assert.strictEqual(
    (await refusal(client({ token: 'stranger@example.org' }).events.list({ calendarId }))).status,
    404,
  );
  await sandbox.google.control('POST', 'tokens', {
    token: 'narrow',
    email: 'sandbox@example.org',
    scope: 'https://www.googleapis.com/auth/calendar.readonly',
  });
  const narrow = await refusal(client({ token: 'narrow' }).events.insert({ calendarId, requestBody: event('No') }));
  assert.deepStrictEqual([narrow.status, narrow.reason], [403, 'insufficientPermissions']);
});

test('rates are refused as 403 or 429 by reason, and the client waits by itself', async () => {
  for (const [fault, status, reason] of [
    ['rate_429', 429, 'rateLimitExceeded'],
    ['rate_403', 403, 'userRateLimitExceeded'],
    ['quota_403', 403, 'quotaExceeded'],
  ]) {
    await sandbox.google.force(fault);
    const refused = await refusal(google.events.list({ calendarId }));
    assert.deepStrictEqual(
      [refused.status, refused.reason, refused.error.errors[0].domain],
      [status, reason, 'usageLimits'],
    );
  }
  await sandbox.google.force('rate_429');
  const { status } = await client({ retry: true, retryConfig: { retry: 2, retryDelay: 1 } }).events.list({
    calendarId,
  });
  assert.strictEqual(status, 200);
});
