/** Which account the pages show: the one that the URL names, else the one of the last visit, else the first. */
type Choice<A> = {
  readonly accounts: readonly A[];
  readonly asked: string | undefined;
  readonly last: string | undefined;
};

export function accountShown<A extends { readonly id: string }>({
  accounts,
  asked,
  last,
}: Choice<A>): A | undefined {
  const byId = (id: string | undefined): A | undefined => accounts.find((account) => account.id === id);
  return byId(asked) ?? byId(last) ?? accounts[0];
}
