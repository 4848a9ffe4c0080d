'use strict';
// The program under test, in a folder of its own that is deleted afterwards.
const { execFile, spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

class Program {
  constructor(config) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fasti-sdk-'));
    this.configure(config);
  }

  configure(config) {
    this.write('fasti.toml', config);
  }

  write(name, text, mode = 0o644) {
    fs.writeFileSync(path.join(this.folder, name), text, { mode });
  }

  /** { code, json, text }; throws when the exit code is not the expected one (null: any). */
  run(arguments_, { code = 0, input } = {}) {
    return new Promise((resolve, reject) => {
      const options = { cwd: this.folder, maxBuffer: 1 << 28 };
      const child = execFile(process.env.FASTI_PROGRAM, [...arguments_, '--json'], options, (error, text, errors) => {
        const got = error ? error.code : 0;
        if (code !== null && got !== code)
          return reject(new Error(`fasti ${arguments_.join(' ')}: exit code ${got}, not ${code}\n${text}${errors}`));
        let json;
        try {
          json = JSON.parse(text);
        } catch {
          json = undefined;
        }
        resolve({ code: got, json, text: text + errors });
      });
      child.stdin.on('error', () => {}); // it may end without reading
      child.stdin.end(input ?? '');
    });
  }

  /** fasti connect; `person(text)` does what the text asks for and says whether that was all. */
  connect(name, way, person) {
    return new Promise((resolve, reject) => {
      const child = spawn(process.env.FASTI_PROGRAM, ['connect', name, ...way], {
        cwd: this.folder,
        env: { ...process.env, BROWSER: 'true' },
      });
      let text = '';
      let asked = false;
      const read = async (chunk) => {
        text += chunk;
        if (asked) return;
        asked = true;
        try {
          asked = await person(text);
        } catch (error) {
          child.kill();
          reject(error);
        }
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.on('close', (code) =>
        code === 0 ? resolve(text) : reject(new Error(`fasti connect ${name}: ${code}\n${text}`)),
      );
    });
  }

  async sync(options) {
    return (await this.run(['sync'], options)).json;
  }

  /** The records of a kind, by title. */
  async records(kind = 'booking') {
    const { json } = await this.run(['list', kind]);
    return new Map(json.map((one) => [one.fields.title, one]));
  }

  async put(fields, id) {
    const { json } = await this.run(['put', 'booking', ...(id ? [id] : []), '-'], { input: JSON.stringify(fields) });
    return json;
  }

  remove() {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

module.exports = { Program };
