// How tus-js-client asks here: by fetch, which service workers have as well, and never for ever.
const SHORTEST_MILLISECONDS = 30_000;
const SLOWEST_BYTES_A_MILLISECOND = 2;

export class FetchStack {
  createRequest(method, url) {
    return new FetchRequest(method, url);
  }

  getName() {
    return "fetch";
  }
}

class FetchRequest {
  #method;
  #url;
  #headers = {};
  #ending = new AbortController();

  constructor(method, url) {
    this.#method = method;
    this.#url = url;
  }

  getMethod() {
    return this.#method;
  }

  getURL() {
    return this.#url;
  }

  setHeader(name, value) {
    this.#headers[name] = value;
  }

  getHeader(name) {
    return this.#headers[name];
  }

  setProgressHandler() {}

  // A line that fell silent is given up; what arrived is kept there, and the next request goes on behind it.
  async send(body = null) {
    const timer = setTimeout(() => this.abort(), SHORTEST_MILLISECONDS + (body?.size ?? 0) / SLOWEST_BYTES_A_MILLISECOND);
    try {
      const request = { method: this.#method, headers: this.#headers, body, signal: this.#ending.signal };
      const answer = await fetch(this.#url, request);
      return new FetchAnswer(answer, await answer.text());
    } finally {
      clearTimeout(timer);
    }
  }

  async abort() {
    this.#ending.abort();
  }

  getUnderlyingObject() {
    return null;
  }
}

class FetchAnswer {
  #answer;
  #text;

  constructor(answer, text) {
    this.#answer = answer;
    this.#text = text;
  }

  getStatus() {
    return this.#answer.status;
  }

  getHeader(name) {
    return this.#answer.headers.get(name);
  }

  getBody() {
    return this.#text;
  }

  getUnderlyingObject() {
    return this.#answer;
  }
}
