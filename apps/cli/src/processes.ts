/** Which process runs which apps, in the order in which it opens them: the API, whose modules take the longest to load, comes last. ADR 33. */
export const appNames = ['ingress', 'sandbox', 'worker', 'sender', 'tracker', 'api'] as const;
export type AppName = (typeof appNames)[number];

/** One start of an app. */
export type Instance = { readonly app: AppName; readonly name: string };
export type Process = { readonly name: string; readonly instances: readonly Instance[] };

/** The first instance of an app has the name of the app, the second one of `worker` is `worker-2`. */
export function instancesOf(apps: readonly AppName[]): readonly Instance[] {
  const counts = new Map<AppName, number>();
  return apps.map((app) => {
    const count = (counts.get(app) ?? 0) + 1;
    counts.set(app, count);
    return { app, name: count === 1 ? app : `${app}-${count}` };
  });
}

/** A process for each instance. */
export const apart = (instances: readonly Instance[]): readonly Process[] =>
  instances.map((instance) => ({ name: instance.name, instances: [instance] }));

/** One process for everything but the workers, which use the CPU most, and one for each worker. */
export const together = (instances: readonly Instance[]): readonly Process[] => [
  { name: 'host', instances: instances.filter(({ app }) => app !== 'worker') },
  ...apart(instances.filter(({ app }) => app === 'worker')),
];
