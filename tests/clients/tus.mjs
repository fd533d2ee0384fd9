// Uploads recordings by tus-js-client, several at once, trying again as often as need be.
// Argument: a JSON file [{file, endpoint, token, metadata, chunkSize, withBeginning}]. Prints one line an upload: its id,
// and what hindered it, if anything did.
import { readFileSync } from 'node:fs'
import * as tus from 'tus-js-client'

const AT_ONCE = 4
const TRIES = 80
const waiting = JSON.parse(readFileSync(process.argv[2], 'utf8'))

function send({ file, endpoint, token, metadata, chunkSize, withBeginning }) {
  return new Promise((done) => {
    const said = (hindrance) => {
      console.log(JSON.stringify({ id: metadata.id, hindrance }))
      done()
    }
    new tus.Upload(readFileSync(file), {
      endpoint,
      metadata,
      chunkSize,
      headers: { Authorization: `Bearer ${token}` },
      uploadDataDuringCreation: withBeginning,
      retryDelays: new Array(TRIES).fill(50),
      onSuccess: () => said(null),
      onError: (error) => said(String(error)),
    }).start()
  })
}

async function sendAll() {
  while (waiting.length) await send(waiting.shift())
}

await Promise.all(Array.from({ length: AT_ONCE }, sendAll))
