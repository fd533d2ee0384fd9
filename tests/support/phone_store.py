"""What the databases of a phone's page hold, and what another app lays into them."""

import base64

from playwright.sync_api import Page

OFFERED = "stillnote-offered"
"""The database of what was shared to the page, and nobody has kept yet."""

SHARE = """async (size) => {
    const form = new FormData();
    form.append("audio", new File(["OggS" + "x".repeat(size)], "walk.ogg", { type: "audio/ogg" }));
    return (await fetch("share", { method: "POST", body: form })).status;
}"""
ALL_STORED = """async () => {
    const answer = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
    const text = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    const found = [];
    for (const { name } of await indexedDB.databases()) {
        const database = await answer(indexedDB.open(name));
        for (const store of database.objectStoreNames) {
            for (const row of await answer(database.transaction(store).objectStore(store).getAll())) {
                const values = Object.values(Object(row));
                const binary = values.filter((value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value));
                found.push(...binary.map((value) => text(new Uint8Array(value))));
            }
        }
        database.close();
    }
    return found;
}"""


def stored_bytes(phone: Page) -> list[bytes]:
    """Return all binary values of all databases of the phone's page."""
    return [base64.b64decode(told) for told in phone.evaluate(ALL_STORED)]
