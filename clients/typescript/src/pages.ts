// Lists that come a page at a time.

import type { CallOptions } from "@connectrpc/connect";

/** A List method, such as `client.sessions.listSessions`. */
export type ListMethod<R, P> = (request: R, options?: CallOptions) => Promise<P>;

/** What every page has. */
export interface Page {
  nextPageToken: string;
}

/** What the items of a page are: those of its one list. */
export type ItemOf<P> = {
  [K in keyof P]-?: K extends `$${string}` ? never : P[K] extends (infer I)[] ? I : never;
}[keyof P];

/** Calls a List method until there is no next page. A page may be empty, and have a next one. */
export async function* pages<R, P extends Page>(
  method: ListMethod<R, P>,
  request: R,
  options?: CallOptions,
): AsyncGenerator<P> {
  let asked = request;
  for (;;) {
    const page = await method(asked, options);
    yield page;
    if (page.nextPageToken === "") {
      return;
    }
    asked = { ...asked, pageToken: page.nextPageToken };
  }
}

/** The items of a page. */
export function itemsOf<P extends Page>(page: P): ItemOf<P>[] {
  const [, items] = Object.entries(page).find(([name, value]) => !name.startsWith("$") && Array.isArray(value)) ?? [];
  return items ?? [];
}
