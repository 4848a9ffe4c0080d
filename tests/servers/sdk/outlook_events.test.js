'use strict';
// What the fact sheet says of Graph's events, asked of the stand-in by Microsoft's own client.
const assert = require('node:assert');
const test = require('node:test');
const sandbox = require('./sandbox');
const { client, raw, refusal } = require('./outlook');

const graph = client();
const at = (dateTime, timeZone = 'W. Europe Standard Time') => ({ dateTime, timeZone });
const event = (subject, rest = {}) => ({
  subject,
  start: at('2027-03-22T10:00:00'),
  end: at('2027-03-22T11:00:00'),
  ...rest,
});
const pattern = { type: 'weekly', interval: 1, daysOfWeek: ['monday'], firstDayOfWeek: 'monday' };
const range = { type: 'numbered', startDate: '2027-03-22', numberOfOccurrences: 4 };
const weekly = (subject, rest = {}) => event(subject, { recurrence: { pattern, range }, ...rest });
const window = 'startDateTime=2027-03-01T00:00:00Z&endDateTime=2027-05-01T00:00:00Z';
const marker = 'String {66f5a359-4659-4830-9070-00047ec6ac6e} Name SyncId';

let calendar;
let number = 0;
const create = (body) => graph.api(`/me/calendars/${calendar}/events`).post(body);
const path = (id) => `/me/events/${encodeURIComponent(id)}`;
const get = (id, ...prefer) => {
  const request = graph.api(path(id));
  return (prefer.length ? request.header('Prefer', prefer.join(', ')) : request).get();
};

test.beforeEach(async () => {
  calendar = (await graph.api('/me/calendars').post({ name: `C${++number}` })).id;
});

test('a create answers 201 with the whole event, in UTC', async () => {
  const response = await raw('POST', `me/calendars/${calendar}/events`, { body: event('Kick-off') });
  assert.strictEqual(response.status, 201);
  const made = await response.json();
  assert.strictEqual(made['@odata.etag'], `W/"${made.changeKey}"`);
  assert.deepStrictEqual(
    [made.type, made.isOrganizer, made.isAllDay, made.seriesMasterId, made.recurrence],
    ['singleInstance', true, false, null, null],
  );
  assert.deepStrictEqual(made.start, { dateTime: '2027-03-22T09:00:00.0000000', timeZone: 'UTC' });
  assert.strictEqual(made.originalStartTimeZone, 'W. Europe Standard Time');
  assert.strictEqual(made.organizer.emailAddress.address, 'sandbox@example.org');
  assert.match(made.createdDateTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  for (const property of [
    'iCalUId',
    'webLink',
    'showAs',
    'sensitivity',
    'importance',
    'categories',
    'attendees',
    'locations',
    'reminderMinutesBeforeStart',
  ])
    assert.ok(property in made, property);
  assert.ok(!('uid' in made) && !('occurrenceId' in made), 'beta only');
});

test('times are shown in the zone that Prefer names, which is echoed', async () => {
  const { id } = await create(event('Zoned'));
  for (const zone of ['Pacific Standard Time', 'America/Los_Angeles']) {
    const response = await raw('GET', path(id).slice(1), {
      headers: { Prefer: `outlook.timezone="${zone}", outlook.body-content-type="text"` },
    });
    const shown = await response.json();
    assert.deepStrictEqual(shown.start, { dateTime: '2027-03-22T02:00:00.0000000', timeZone: zone });
    const applied = response.headers.get('preference-applied');
    assert.match(applied, /outlook\.timezone="/);
    assert.match(applied, /outlook\.body-content-type="text"/);
  }
  const refused = await refusal(get(id, 'outlook.timezone="Middle Earth"'));
  assert.deepStrictEqual([refused.status, refused.code], [400, 'TimeZoneNotSupportedException']);
  assert.strictEqual(
    (await refusal(create(event('Nowhere', { start: at('2027-03-22T10:00:00', 'Nowhere/Land') })))).code,
    'TimeZoneNotSupportedException',
  );
});

test('an all-day event reads its own dates whatever zone is asked for', async () => {
  const day = { isAllDay: true, start: at('2027-03-05T00:00:00'), end: at('2027-03-06T00:00:00') };
  const { id } = await create(event('Day', day));
  for (const zone of ['UTC', 'Pacific Standard Time', 'Tokyo Standard Time']) {
    const shown = await get(id, `outlook.timezone="${zone}"`);
    assert.deepStrictEqual(
      [shown.start, shown.end],
      [at('2027-03-05T00:00:00.0000000', zone), at('2027-03-06T00:00:00.0000000', zone)],
    );
  }
  for (const wrong of [
    { ...day, start: at('2027-03-05T01:00:00') },
    { ...day, end: at('2027-03-06T00:00:00', 'UTC') },
    { ...day, end: day.start },
  ])
    assert.strictEqual((await refusal(create(event('Wrong', wrong)))).status, 400);
});

test('bodies come back as HTML unless text is preferred', async () => {
  const { id } = await create(event('Body', { body: { contentType: 'text', content: 'one < two\nthree' } }));
  const html = await get(id);
  assert.strictEqual(html.body.contentType, 'html');
  assert.match(html.body.content, /^<html>/);
  const text = await get(id, 'outlook.body-content-type="text"');
  assert.strictEqual(text.body.contentType, 'text');
  assert.strictEqual(text.body.content.replace(/\r\n/g, '\n').trim(), 'one < two\nthree');
});

test('ids: the ordinary form must be escaped, the immutable one is asked for on every call', async () => {
  const made = await create(event('Ids'));
  assert.match(made.id, /[/+=]/);
  const immutable = await get(made.id, 'IdType="ImmutableId"');
  assert.notStrictEqual(immutable.id, made.id);
  assert.strictEqual((await get(immutable.id, 'IdType="ImmutableId"')).id, immutable.id);
  assert.strictEqual((await get(immutable.id)).id, made.id);
  const twisted = made.id.replace(/[a-zA-Z]/g, (c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase()));
  assert.ok([400, 404].includes((await refusal(get(twisted))).status), 'ids are case-sensitive');
  const { value } = await graph
    .api('/me/translateExchangeIds')
    .post({ inputIds: [made.id], sourceIdType: 'restId', targetIdType: 'restImmutableEntryId' });
  assert.deepStrictEqual(value, [{ sourceId: made.id, targetId: immutable.id }]);
});

test('an error says code, message and innerError with the ids of the request', async () => {
  const headers = { 'client-request-id': '0f8fad5b-d9cb-469f-a165-70867728950e' };
  const response = await raw('GET', 'me/events/nothere', { headers });
  assert.strictEqual(response.status, 404);
  assert.match(response.headers.get('content-type'), /^application\/json/);
  assert.strictEqual(response.headers.get('client-request-id'), headers['client-request-id']);
  assert.ok(response.headers.get('request-id'));
  const { error } = await response.json();
  assert.strictEqual(error.code, 'ErrorItemNotFound');
  assert.strictEqual(error.innerError['client-request-id'], headers['client-request-id']);
  assert.strictEqual(error.innerError['request-id'], response.headers.get('request-id'));
  assert.ok(error.innerError.date && error.message);
  const nobody = await raw('GET', 'me/events', { token: 'nobody' });
  assert.strictEqual(nobody.status, 401);
  assert.match(nobody.headers.get('www-authenticate'), /^Bearer/);
  assert.strictEqual((await nobody.json()).error.code, 'InvalidAuthenticationToken');
});

test('If-Match refuses an older version with 412, on PATCH and DELETE', async () => {
  const made = await create(event('Mine'));
  const newer = await graph.api(path(made.id)).patch({ subject: 'Theirs' });
  assert.notStrictEqual(newer.changeKey, made.changeKey);
  for (const call of [
    () => graph.api(path(made.id)).header('If-Match', made['@odata.etag']).patch({ subject: 'X' }),
    () => graph.api(path(made.id)).header('If-Match', made['@odata.etag']).delete(),
  ]) {
    const refused = await refusal(call());
    assert.deepStrictEqual([refused.status, refused.code], [412, 'ErrorIrresolvableConflict']);
    assert.match(refused.body.message ?? refused.error.message, /change key passed in the request does not match/);
  }
  assert.strictEqual(
    (await graph.api(path(made.id)).header('If-Match', newer['@odata.etag']).patch({ subject: 'Y' })).subject,
    'Y',
  );
  await sandbox.outlook.force('conflict_409');
  assert.strictEqual(
    (await refusal(graph.api(path(made.id)).header('If-Match', made['@odata.etag']).patch({ subject: 'X' }))).status,
    409,
  );
});

test('PATCH leaves what it does not name, and null clears', async () => {
  const made = await create(weekly('Series', { location: { displayName: 'Hall' }, categories: ['Red'] }));
  assert.strictEqual(made.type, 'seriesMaster');
  const patched = await graph.api(path(made.id)).patch({ subject: 'Renamed' });
  assert.deepStrictEqual(
    [patched.subject, patched.location.displayName, patched.locations.map((one) => one.displayName)],
    ['Renamed', 'Hall', ['Hall']],
  );
  const single = await graph.api(path(made.id)).patch({ recurrence: null });
  assert.deepStrictEqual([single.type, single.recurrence, single.categories], ['singleInstance', null, ['Red']]);
  assert.strictEqual((await refusal(graph.api(path(made.id)).patch({ transactionId: 'x' }))).status, 400);
  assert.strictEqual((await refusal(graph.api(path(made.id)).patch({ summary: 'no such property' }))).status, 400);
});

test('a second deletion is 404', async () => {
  const { id } = await create(event('Gone'));
  assert.strictEqual((await raw('DELETE', path(id).slice(1))).status, 204);
  const again = await refusal(graph.api(path(id)).delete());
  assert.deepStrictEqual([again.status, again.code], [404, 'ErrorItemNotFound']);
  assert.strictEqual((await refusal(get(id))).status, 404);
});

test('a transactionId makes a repeated create the same event, and another body a refusal', async () => {
  const body = event('Once', { transactionId: '7e4a8f6e-0d3c-4a55-8f2f-3d6c1a2b9e10' });
  const made = await create(body);
  assert.strictEqual(made.transactionId, body.transactionId);
  assert.strictEqual((await create(body)).id, made.id);
  const refused = await refusal(create({ ...body, subject: 'Another' }));
  assert.ok([400, 409].includes(refused.status));
  assert.strictEqual(refused.code, 'ErrorDuplicateTransactionId');
});

test('a series: occurrences, an exception, a cancelled occurrence, and what shows them', async () => {
  const master = await create(weekly('Training'));
  assert.deepStrictEqual(master.recurrence.range, {
    type: 'numbered',
    startDate: '2027-03-22',
    endDate: '0001-01-01',
    recurrenceTimeZone: 'W. Europe Standard Time',
    numberOfOccurrences: 4,
  });
  assert.deepStrictEqual(master.recurrence.pattern, { ...pattern, month: 0, dayOfMonth: 0, index: 'first' });
  const instances = async () =>
    (await graph.api(`${path(master.id)}/instances?${window}`).get()).value.sort((a, b) =>
      a.start.dateTime < b.start.dateTime ? -1 : 1,
    );
  const all = await instances();
  // Across the change to summer time on 28 March.
  assert.deepStrictEqual(
    all.map((one) => one.start.dateTime.slice(0, 16)),
    ['2027-03-22T09:00', '2027-03-29T08:00', '2027-04-05T08:00', '2027-04-12T08:00'],
  );
  for (const one of all)
    assert.deepStrictEqual(
      [one.type, one.seriesMasterId, one.recurrence, one.subject],
      ['occurrence', master.id, null, 'Training'],
    );
  assert.notStrictEqual(all[0].iCalUId, all[1].iCalUId, 'iCalUId "is different for each occurrence"');

  const moved = await graph
    .api(path(all[1].id))
    .patch({ start: at('2027-03-30T12:00:00'), end: at('2027-03-30T13:00:00') });
  assert.deepStrictEqual([moved.type, moved.seriesMasterId], ['exception', master.id]);
  assert.match(moved.originalStart, /^2027-03-29T08:00:00(\.0+)?Z$/);
  await graph.api(path(all[2].id)).delete();
  assert.deepStrictEqual(
    (await instances()).map((one) => one.start.dateTime.slice(0, 16)),
    ['2027-03-22T09:00', '2027-03-30T10:00', '2027-04-12T08:00'],
  );

  const plain = await get(master.id);
  assert.ok(!('cancelledOccurrences' in plain) && !('exceptionOccurrences' in plain), 'only when asked');
  const asked = await graph.api(path(master.id)).select('id,cancelledOccurrences').expand('exceptionOccurrences').get();
  assert.deepStrictEqual(
    asked.cancelledOccurrences.map((one) => one.slice(one.lastIndexOf('.') + 1)),
    ['2027-04-05'],
  );
  assert.ok(asked.cancelledOccurrences[0].startsWith('OID.'));
  assert.deepStrictEqual(
    asked.exceptionOccurrences.map((one) => one.id),
    [moved.id],
  );
  const { value } = await graph.api(`/me/calendars/${calendar}/events?$select=subject,cancelledOccurrences`).get();
  assert.ok(!('cancelledOccurrences' in value[0]), 'never in lists');
});

test('an exception may not cross its neighbours', async () => {
  const master = await create(weekly('Training'));
  const { value } = await graph.api(`${path(master.id)}/instances?${window}`).get();
  const second = value.find((one) => one.start.dateTime.startsWith('2027-03-29'));
  for (const day of ['2027-04-05', '2027-03-22', '2027-04-20']) {
    const refused = await refusal(
      graph.api(path(second.id)).patch({ start: at(`${day}T12:00:00`), end: at(`${day}T13:00:00`) }),
    );
    assert.deepStrictEqual([refused.status, refused.code], [400, 'ErrorOccurrenceCrossingBoundary']);
  }
});

test('patterns: only what a type knows, and a first occurrence that fits', async () => {
  const with_ = (changes, rest = {}) =>
    create(event('Pattern', { recurrence: { pattern: { ...pattern, ...changes }, range: { ...range, ...rest } } }));
  assert.strictEqual((await refusal(with_({ dayOfMonth: 22 }))).status, 400);
  assert.strictEqual((await refusal(with_({}, { startDate: '2027-03-23' }))).status, 400);
  assert.strictEqual((await refusal(with_({ daysOfWeek: ['tuesday'] }))).status, 400);
  const monthly = await create(
    event('Monthly', {
      recurrence: {
        pattern: { type: 'relativeMonthly', interval: 1, daysOfWeek: ['monday'], index: 'fourth' },
        range: { type: 'noEnd', startDate: '2027-03-22' },
      },
    }),
  );
  assert.deepStrictEqual(
    [monthly.recurrence.range.endDate, monthly.recurrence.range.numberOfOccurrences],
    ['0001-01-01', 0],
  );
});

test('extended properties: shown when expanded, found by filter, not echoed by a create', async () => {
  const made = await create(event('Marked', { singleValueExtendedProperties: [{ id: marker, value: 'Store/42' }] }));
  assert.ok(!('singleValueExtendedProperties' in made));
  const expand = `singleValueExtendedProperties($filter=id eq '${marker}')`;
  const shown = await graph.api(path(made.id)).expand(expand).get();
  assert.deepStrictEqual(shown.singleValueExtendedProperties, [{ id: marker, value: 'Store/42' }]);
  const filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${marker}' and ep/value eq 'store/42')`;
  const { value } = await graph.api('/me/events').filter(filter).get();
  assert.deepStrictEqual(
    value.map((one) => one.id),
    [made.id],
  );
  assert.ok(!('singleValueExtendedProperties' in value[0]), 'hits come without the property');
  const other = filter.replace('SyncId', 'syncid');
  assert.deepStrictEqual((await graph.api('/me/events').filter(other).get()).value, [], 'the name is case-sensitive');
});

test('a Teams meeting: a link, a region in the body a moment later, and no way back', async () => {
  const made = await create(
    event('Online', {
      isOnlineMeeting: true,
      onlineMeetingProvider: 'teamsForBusiness',
      body: { contentType: 'text', content: 'Bring maps' },
    }),
  );
  assert.match(made.onlineMeeting.joinUrl, /^https:\/\/teams\.microsoft\.com\//);
  const kept = await graph.api(path(made.id)).patch({ isOnlineMeeting: false });
  assert.deepStrictEqual([kept.isOnlineMeeting, kept.onlineMeetingProvider], [true, 'teamsForBusiness']);
  const without = await graph.api(path(made.id)).patch({ body: { contentType: 'text', content: 'no blob' } });
  assert.strictEqual(without.isOnlineMeeting, false);
});

test("there is nothing at beta, without a version, or outside of one's own mailbox", async () => {
  assert.strictEqual((await fetch(`${sandbox.outlook.url}me/events`)).status, 404);
  assert.strictEqual(
    (
      await refusal(
        graph
          .api('/users/sandbox@example.org/events')
          .get()
          .then(() => {
            throw Object.assign(new Error('fine'), { statusCode: 200 });
          }),
      )
    ).status,
    200,
  );
  assert.strictEqual((await refusal(graph.api('/users/nobody@example.org/events').get())).status, 404);
});

test("accept and decline are not for one's own events, and cancel removes them", async () => {
  const made = await create(
    event('Meeting', {
      attendees: [{ type: 'required', emailAddress: { address: 'guest@example.com', name: 'Guest' } }],
    }),
  );
  assert.deepStrictEqual(made.attendees[0].status, { response: 'none', time: '0001-01-01T00:00:00Z' });
  const refused = await refusal(graph.api(`${path(made.id)}/accept`).post({ sendResponse: false }));
  assert.deepStrictEqual([refused.status, refused.code], [400, 'ErrorInvalidRequest']);
  assert.strictEqual(
    (await raw('POST', `${path(made.id).slice(1)}/cancel`, { body: { comment: 'rain' } })).status,
    202,
  );
  assert.strictEqual((await refusal(get(made.id))).status, 404);
});
