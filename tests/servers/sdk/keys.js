'use strict';
// An RSA key and a self-signed certificate, made anew for each run.
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { X509Certificate } = require('node:crypto');

function makeKeys() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fasti-keys-'));
  try {
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        'key.pem',
        '-out',
        'cert.pem',
        '-days',
        '2',
        '-subj',
        '/CN=app',
      ],
      { cwd: folder, stdio: 'ignore' },
    );
    const privateKey = fs.readFileSync(path.join(folder, 'key.pem'), 'utf8');
    const certificate = fs.readFileSync(path.join(folder, 'cert.pem'), 'utf8');
    const x509 = new X509Certificate(certificate);
    return {
      privateKey,
      certificate,
      publicKey: x509.publicKey.export({ type: 'spki', format: 'pem' }),
      sha256: x509.fingerprint256.replace(/:/g, ''),
      sha1: x509.fingerprint.replace(/:/g, ''),
    };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

module.exports = { makeKeys };
