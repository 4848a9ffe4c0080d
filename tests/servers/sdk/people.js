'use strict';
// The other person, as an editor on each side: the official clients for Google and Outlook, plain WebDAV, an editor of
// .ics files. All do the same things, so that a scenario is written once. Zones are IANA names, times local.
const fs = require('node:fs');
const path = require('node:path');
const googleSide = require('./google');
const outlookSide = require('./outlook');

const FROM = '2026-05-01';
const TO = '2028-01-01';
const BERLIN = { iana: 'Europe/Berlin', windows: 'W. Europe Standard Time' };
const utc = (text) => new Date(text).toISOString().slice(0, 16) + 'Z';
const sorted = (lines) => [...lines].sort();

/** @googleapis/calendar */
class GooglePerson {
  constructor() {
    this.side = 'google';
    this.client = googleSide.client({ retry: true });
  }

  async open(name) {
    this.calendarId = (
      await this.client.calendars.insert({ requestBody: { summary: name, timeZone: BERLIN.iana } })
    ).data.id;
  }

  resource({ title, start, end, notes, location, weekly }) {
    const at = (dateTime) => dateTime && { dateTime, timeZone: BERLIN.iana };
    return {
      summary: title,
      start: at(start),
      end: at(end),
      description: notes,
      location,
      recurrence: weekly && [`RRULE:FREQ=WEEKLY;COUNT=${weekly}`],
    };
  }

  async create(what) {
    const call = { calendarId: this.calendarId, sendUpdates: 'none', requestBody: this.resource(what) };
    return (await this.client.events.insert(call)).data;
  }

  /** All at once, in one batch. */
  async createMany(all) {
    const path_ = `calendars/${encodeURIComponent(this.calendarId)}/events`;
    const { answers } = await googleSide.batch(
      all.map((one) => ({ method: 'POST', path: path_, body: this.resource(one) })),
    );
    for (const answer of Object.values(answers)) if (answer.status !== 200) throw new Error(JSON.stringify(answer));
  }

  async all() {
    const found = await googleSide.pages((parameters) => this.client.events.list(parameters), {
      calendarId: this.calendarId,
    });
    return found.flatMap((page) => page.items).filter((one) => one.status !== 'cancelled');
  }

  async find(title) {
    const found = (await this.all()).filter((one) => one.summary === title && !one.recurringEventId);
    if (found.length !== 1) throw new Error(`Google has ${found.length} events named ${title}`);
    return found[0];
  }

  async read(title) {
    const one = await this.find(title);
    return {
      title: one.summary,
      notes: one.description,
      location: one.location,
      zone: one.start.timeZone,
      start: one.start.dateTime.slice(0, 16),
      end: one.end.dateTime.slice(0, 16),
    };
  }

  async change(title, what, version) {
    const headers = version && { headers: { ...this.client.context._options.headers, 'If-Match': version } };
    const call = {
      calendarId: this.calendarId,
      eventId: (await this.find(title)).id,
      sendUpdates: 'none',
      requestBody: this.resource(what),
    };
    return this.client.events.patch(call, headers);
  }

  async version(title) {
    return (await this.find(title)).etag;
  }

  async instance(title, day) {
    const { data } = await this.client.events.instances({
      calendarId: this.calendarId,
      eventId: (await this.find(title)).id,
      maxResults: 2500,
    });
    return data.items.find((one) => one.originalStartTime.dateTime.startsWith(day)).id;
  }

  async changeOccurrence(title, day, what) {
    await this.client.events.patch({
      calendarId: this.calendarId,
      eventId: await this.instance(title, day),
      requestBody: this.resource(what),
    });
  }

  async cancelOccurrence(title, day) {
    await this.client.events.delete({ calendarId: this.calendarId, eventId: await this.instance(title, day) });
  }

  async remove(title) {
    await this.client.events.delete({
      calendarId: this.calendarId,
      eventId: (await this.find(title)).id,
      sendUpdates: 'none',
    });
  }

  /** What a reader's calendar shows: "2027-03-22T09:00Z Training". */
  async agenda() {
    const parameters = {
      calendarId: this.calendarId,
      singleEvents: true,
      maxResults: 2500,
      timeMin: `${FROM}T00:00:00Z`,
      timeMax: `${TO}T00:00:00Z`,
    };
    const found = await googleSide.pages((one) => this.client.events.list(one), parameters);
    return sorted(found.flatMap((page) => page.items).map((one) => `${utc(one.start.dateTime)} ${one.summary}`));
  }
}

/** @microsoft/microsoft-graph-client */
class OutlookPerson {
  constructor() {
    this.side = 'outlook';
    this.graph = outlookSide.client();
  }

  async open(name) {
    this.calendar = (await this.graph.api('/me/calendars').post({ name })).id;
  }

  resource({ title, start, end, notes, location, weekly }) {
    const at = (dateTime) => dateTime && { dateTime, timeZone: BERLIN.windows };
    const day = start && new Date(start).toLocaleDateString('en', { weekday: 'long' }).toLowerCase();
    return {
      subject: title,
      start: at(start),
      end: at(end),
      body: notes === undefined ? undefined : { contentType: 'text', content: notes },
      location: location === undefined ? undefined : { displayName: location },
      recurrence: weekly && {
        pattern: { type: 'weekly', interval: 1, daysOfWeek: [day], firstDayOfWeek: 'monday' },
        range: { type: 'numbered', startDate: start.slice(0, 10), numberOfOccurrences: weekly },
      },
    };
  }

  create(what) {
    return this.graph.api(`/me/calendars/${this.calendar}/events`).post(this.resource(what));
  }

  async createMany(all) {
    const url = `/me/calendars/${this.calendar}/events`;
    for (let i = 0; i < all.length; i += 20) {
      const requests = all.slice(i, i + 20).map((one, index) => ({
        id: String(index),
        method: 'POST',
        url,
        headers: { 'Content-Type': 'application/json' },
        body: this.resource(one),
      }));
      const { responses } = await this.graph.api('/$batch').post({ requests });
      for (const one of responses) if (one.status !== 201) throw new Error(JSON.stringify(one));
    }
  }

  path(event) {
    return `/me/events/${encodeURIComponent(event.id)}`;
  }

  async find(title) {
    const { items } = await outlookSide.round(this.graph, `/me/calendars/${this.calendar}/events?$top=500`);
    const found = items.filter((one) => one.subject === title);
    if (found.length !== 1) throw new Error(`Outlook has ${found.length} events named ${title}`);
    return found[0];
  }

  async read(title) {
    const prefer = `outlook.timezone="${BERLIN.windows}", outlook.body-content-type="text"`;
    const one = await this.graph
      .api(this.path(await this.find(title)))
      .header('Prefer', prefer)
      .get();
    return {
      title: one.subject,
      notes: one.body.content.trim() || undefined,
      location: one.location.displayName || undefined,
      zone: one.originalStartTimeZone === BERLIN.windows ? BERLIN.iana : one.originalStartTimeZone,
      start: one.start.dateTime.slice(0, 16),
      end: one.end.dateTime.slice(0, 16),
    };
  }

  async change(title, what, version) {
    const request = this.graph.api(this.path(await this.find(title)));
    return (version ? request.header('If-Match', version) : request).patch(this.resource(what));
  }

  async version(title) {
    return (await this.find(title))['@odata.etag'];
  }

  async instance(title, day) {
    const window = `startDateTime=${FROM}T00:00:00Z&endDateTime=${TO}T00:00:00Z`;
    const { items } = await outlookSide.round(
      this.graph,
      `${this.path(await this.find(title))}/instances?${window}&$top=500`,
    );
    return items.find((one) => one.start.dateTime.startsWith(day));
  }

  async changeOccurrence(title, day, what) {
    await this.graph.api(this.path(await this.instance(title, day))).patch(this.resource(what));
  }

  async cancelOccurrence(title, day) {
    await this.graph.api(this.path(await this.instance(title, day))).delete();
  }

  async remove(title) {
    await this.graph.api(this.path(await this.find(title))).delete();
  }

  async agenda() {
    const window = `startDateTime=${FROM}T00:00:00Z&endDateTime=${TO}T00:00:00Z`;
    const { items } = await outlookSide.round(
      this.graph,
      `/me/calendars/${this.calendar}/calendarView?${window}&$top=1000`,
    );
    return sorted(items.map((one) => `${utc(one.start.dateTime + 'Z')} ${one.subject}`));
  }
}

/** Whoever keeps calendars as iCalendar texts: text() and write() are the side's own. */
class TextPerson {
  constructor(program) {
    this.program = program;
  }

  async find(title) {
    const found = [...(await this.texts())].filter(([, text]) => text.includes(`\r\nSUMMARY:${title}\r\n`));
    if (found.length !== 1) throw new Error(`${this.side} has ${found.length} events named ${title}`);
    return found[0];
  }

  event({ title, start, end, uid = `${title.replace(/\W/g, '-')}@example.org` }) {
    const local = (time) => `;TZID=${BERLIN.iana}:${time.replace(/[-:]/g, '')}`;
    return [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//A person//EN',
      'BEGIN:VEVENT',
      `UID:${uid}`,
      'DTSTAMP:20260601T120000Z',
      `DTSTART${local(start)}`,
      `DTEND${local(end)}`,
      `SUMMARY:${title}`,
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n');
  }

  async create(what) {
    await this.write(`${what.title.replace(/\W/g, '-')}.ics`, this.event(what));
  }

  async change(title, what) {
    const [name, text] = await this.find(title);
    await this.write(name, text.replace(`\r\nSUMMARY:${title}\r\n`, `\r\nSUMMARY:${what.title}\r\n`));
  }

  async remove(title) {
    await this.erase((await this.find(title))[0]);
  }

  async agenda() {
    const texts = (await this.texts()).map(([, text]) => text);
    if (texts.length === 0) return [];
    const { json } = await this.program.run(['inspect', '-', '--expand', FROM, TO], { input: texts.join('') });
    const property = (text, name) =>
      new RegExp(`\\r\\n${name}:(.*)\\r\\n`).exec(text.replace(/\r\n /g, ''))[1].replace(/\\(.)/g, '$1');
    const titles = new Map(texts.map((text) => [property(text, 'UID'), property(text, 'SUMMARY')]));
    return sorted(json.occurrences.map((one) => `${one.utc.slice(0, 16)}Z ${titles.get(one.uid)}`));
  }
}

class FilePerson extends TextPerson {
  constructor(program, folder) {
    super(program);
    this.side = 'files';
    this.folder = path.join(program.folder, folder);
  }

  async texts() {
    const names = fs.existsSync(this.folder) ? fs.readdirSync(this.folder).filter((name) => name.endsWith('.ics')) : [];
    return names.map((name) => [name, fs.readFileSync(path.join(this.folder, name), 'utf8')]);
  }

  async write(name, text) {
    fs.writeFileSync(path.join(this.folder, name), text);
  }

  async erase(name) {
    fs.rmSync(path.join(this.folder, name));
  }
}

class DavPerson extends TextPerson {
  constructor(program, url) {
    super(program);
    this.side = 'dav';
    this.url = url;
  }

  async ask(method, address, { headers = {}, body } = {}) {
    const login = Buffer.from('alice:secret').toString('base64');
    const response = await fetch(new URL(address, this.url), {
      method,
      headers: { Authorization: `Basic ${login}`, ...headers },
      body,
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${text}`);
    return text;
  }

  async texts() {
    const query =
      '<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><C:calendar-data/></D:prop>' +
      '<C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>';
    const listing = await this.ask('REPORT', this.url, {
      headers: { Depth: '1', 'Content-Type': 'application/xml' },
      body: query,
    });
    const plain = (text) =>
      text
        .replace(/&#13;/g, '\r')
        .replace(/&lt;/g, '<')
        .replace(/&gt;/g, '>')
        .replace(/&quot;/g, '"')
        .replace(/&amp;/g, '&');
    const found = listing.matchAll(/<(?:\w+:)?href>([^<]+\.ics)<[^]*?calendar-data[^>]*>([^<]*)</g);
    return [...found].map(([, name, text]) => [name, plain(text).replace(/\r?\n/g, '\r\n')]);
  }

  async write(name, body) {
    await this.ask('PUT', name, { headers: { 'Content-Type': 'text/calendar; charset=utf-8' }, body });
  }

  async erase(name) {
    await this.ask('DELETE', name);
  }
}

module.exports = { DavPerson, FilePerson, GooglePerson, OutlookPerson };
