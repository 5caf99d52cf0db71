type Page<Item> = {
  readonly data: readonly Item[];
  readonly next_cursor: string | null;
  readonly has_more: boolean;
};

/** Every item of a list, page after page: `pages((after) => client.listMessages({ after }))`. */
export async function* pages<Item>(
  load: (after: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, undefined> {
  let after: string | undefined;
  do {
    const page = await load(after);
    yield* page.data;
    after = page.has_more ? (page.next_cursor ?? undefined) : undefined;
  } while (after !== undefined);
}
